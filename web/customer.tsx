import { Route, Router } from 'preact-iso/router';
import { user } from './api/session.ts';
import { BookingsPage } from './pages/bookings.tsx';
import { HallPage } from './pages/hall.tsx';
import { LogInPage } from './pages/log-in.tsx';
import { NotFoundPage } from './pages/not-found.tsx';
import { PayPage } from './pages/pay.tsx';
import { ProfilePage } from './pages/profile.tsx';
import { ProgrammePage } from './pages/programme.tsx';
import { RecoverPage } from './pages/recover.tsx';
import { SignUpPage } from './pages/sign-up.tsx';
import { TicketPage } from './pages/ticket.tsx';
import { WalletPage } from './pages/wallet.tsx';
import { WallPage } from './pages/wall.tsx';
import { closeDialog, Frame, start } from './parts/frame.tsx';
import { LedBack } from './parts/led-back.tsx';
import { Menu } from './parts/menu.tsx';
import { worksHere } from './parts/roles.ts';
import { SessionOver } from './parts/session-over.tsx';
import { text } from './text/text.ts';
import './style/customer.css';

/** The customers' app and the wall, under `/app/`. */
function App() {
  return (
    <Frame
      scope={/^\/app\/(?!api|desk|door)/}
      home="/app/"
      menu={<CustomerMenu />}
      over={<SessionOver why={text.session.over} leave={text.session.someoneElse} home="/app/" />}
    >
      <LedBack />
      <Router onRouteChange={closeDialog}>
        <Route path="/app/" component={ProgrammePage} />
        <Route path="/app/show/:id" component={HallPage} />
        <Route path="/app/pay/:id" component={PayPage} />
        <Route path="/app/ticket/:id" component={TicketPage} />
        <Route path="/app/bookings" component={BookingsPage} />
        <Route path="/app/wallet" component={WalletPage} />
        <Route path="/app/profile" component={ProfilePage} />
        <Route path="/app/log-in" component={LogInPage} />
        <Route path="/app/sign-up" component={SignUpPage} />
        <Route path="/app/recover" component={RecoverPage} />
        <Route path="/app/wall" component={WallPage} />
        <Route default component={NotFoundPage} />
      </Router>
    </Frame>
  );
}

function CustomerMenu() {
  const programme = ['/app/', text.programme] as const;
  if (!user.value) return <Menu links={[programme, ['/app/log-in', text.logIn]]} />;
  if (worksHere(user.value)) return <Menu links={[programme, ['/app/desk/', text.desk]]} />;
  return (
    <Menu
      links={[
        programme,
        ['/app/bookings', text.bookings],
        ['/app/wallet', text.wallet],
        ['/app/profile', text.profile],
      ]}
    />
  );
}

start(<App />);
