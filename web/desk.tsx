import { Route, Router } from 'preact-iso/router';
import { logOut } from './api/routes.ts';
import { end, user } from './api/session.ts';
import { DeskOver } from './desk/desk-over.tsx';
import { FindPage } from './desk/find.tsx';
import { IdleWatch } from './desk/idle-watch.tsx';
import { NotFoundPage } from './pages/not-found.tsx';
import { closeDialog, Frame, start } from './parts/frame.tsx';
import { Menu } from './parts/menu.tsx';
import { worksHere } from './parts/roles.ts';
import { desk } from './text/desk.ts';
import { text } from './text/text.ts';
import './style/desk.css';

/** Counter, bookings and office, under `/app/desk/`. */
function App() {
  return (
    <Frame
      scope={/^\/app\/desk(?:\/|$)/}
      home="/app/desk/"
      menu={<DeskMenu />}
      over={
        <>
          <IdleWatch />
          <DeskOver />
        </>
      }
    >
      <Router onRouteChange={closeDialog}>
        <Route path="/app/desk/" component={FindPage} />
        <Route path="/app/desk/bookings" component={FindPage} />
        <Route default component={NotFoundPage} />
      </Router>
    </Frame>
  );
}

function DeskMenu() {
  if (!worksHere(user.value)) return <Menu links={[['/app/', text.programme]]} />;
  const forStaff = [
    ['/app/desk/bookings', desk.bookings],
    ['/app/door/', desk.door],
  ] as const;
  return (
    <Menu links={forStaff}>
      <li class="user">
        <span>{user.value?.username}</span>
        <button type="button" class="quiet" onClick={() => void leave()}>
          {text.session.logOut}
        </button>
      </li>
    </Menu>
  );
}

/** Done even if the server cannot be reached. The page is loaded anew, so that nothing of this user stays in it. */
async function leave(): Promise<void> {
  await logOut();
  end();
  location.replace('/app/desk/');
}

start(<App />);
