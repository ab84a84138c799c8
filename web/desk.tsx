import { Route, Router } from 'preact-iso/router';
import { user } from './api/session.ts';
import { CounterPage } from './desk/counter/counter.tsx';
import { forgetSale } from './desk/counter/sale.ts';
import { DeskOver } from './desk/desk-over.tsx';
import { FindPage } from './desk/find.tsx';
import { IdleWatch } from './desk/idle-watch.tsx';
import { lazyPage } from './desk/lazy-page.tsx';
import { Sheet } from './desk/print/sheet.tsx';
import { NotFoundPage } from './pages/not-found.tsx';
import { closeDialog, Frame, start } from './parts/frame.tsx';
import { Menu } from './parts/menu.tsx';
import { isAdmin, worksHere } from './parts/roles.ts';
import { WhoIsIn } from './parts/who-is-in.tsx';
import { desk } from './text/desk.ts';
import { text } from './text/text.ts';
import './style/desk.css';

const loadOffice = () => import('./desk/office.ts');
const ProgrammeDesk = lazyPage(() => loadOffice().then(({ ProgrammeDeskPage }) => ProgrammeDeskPage));
const Revenue = lazyPage(() => loadOffice().then(({ RevenuePage }) => RevenuePage));

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
          <Sheet />
        </>
      }
    >
      <Router onRouteChange={closeDialog}>
        <Route path="/app/desk/" component={CounterPage} />
        <Route path="/app/desk/bookings" component={FindPage} />
        <Route path="/app/desk/programme" component={ProgrammeDesk} />
        <Route path="/app/desk/revenue" component={Revenue} />
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
  const sales = [['/app/desk/', desk.counter]] as const;
  const office = [
    ['/app/desk/programme', desk.programme],
    ['/app/desk/revenue', desk.revenue],
  ] as const;
  return (
    <Menu links={isAdmin(user.value) ? [...sales, ...forStaff, ...office] : forStaff}>
      <WhoIsIn home="/app/desk/" onLeave={forgetSale} />
    </Menu>
  );
}

start(<App />);
