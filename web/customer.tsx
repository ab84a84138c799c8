import { render } from 'preact';
import { ErrorBoundary } from 'preact-iso/lazy';
import { LocationProvider, Route, Router } from 'preact-iso/router';
import { useState } from 'preact/hooks';
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
import { Layout } from './parts/layout.tsx';
import { Page } from './parts/page.tsx';
import { fadeBetweenPages } from './parts/transitions.ts';
import { text } from './text/text.ts';
import './style/customer.css';

/** The customers' app and the wall, under `/app/`. */
function App() {
  const [isBroken, setBroken] = useState(false);
  return (
    <LocationProvider scope={/^\/app\/(?!api|desk|door)/}>
      <Layout>
        {isBroken ? (
          <Broken />
        ) : (
          <ErrorBoundary onError={() => setBroken(true)}>
            <Router onRouteChange={() => document.querySelector('dialog')?.close()}>
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
          </ErrorBoundary>
        )}
      </Layout>
    </LocationProvider>
  );
}

function Broken() {
  return (
    <Page title={text.problem.faultTitle} kind="narrow">
      <p>{text.problem.fault}</p>
      <button type="button" class="main" onClick={() => location.reload()}>
        {text.problem.reload}
      </button>
    </Page>
  );
}

const place = document.querySelector('#app');
if (place) {
  fadeBetweenPages();
  render(<App />, place);
}
