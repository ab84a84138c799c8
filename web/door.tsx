import { Route, Router } from 'preact-iso/router';
import { user } from './api/session.ts';
import { DoorPage } from './door/door-page.tsx';
import { NotFoundPage } from './pages/not-found.tsx';
import { Frame, start } from './parts/frame.tsx';
import { Menu } from './parts/menu.tsx';
import { worksHere } from './parts/roles.ts';
import { SessionOver } from './parts/session-over.tsx';
import { WhoIsIn } from './parts/who-is-in.tsx';
import { door } from './text/door.ts';
import { text } from './text/text.ts';
import './style/door.css';

/** Check-in, under `/app/door/`. */
function App() {
  return (
    <Frame
      scope={/^\/app\/door(?:\/|$)/}
      home="/app/door/"
      menu={<DoorMenu />}
      over={<SessionOver why={door.over.why} leave={door.over.leave} home="/app/door/" isShared />}
    >
      <Router>
        <Route path="/app/door/" component={DoorPage} />
        <Route default component={NotFoundPage} />
      </Router>
    </Frame>
  );
}

function DoorMenu() {
  if (!worksHere(user.value)) return <Menu links={[['/app/', text.programme]]} />;
  return (
    <Menu links={[['/app/desk/', door.toDesk]]}>
      <WhoIsIn home="/app/door/" />
    </Menu>
  );
}

start(<App />);
