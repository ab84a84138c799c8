import { useLocation } from 'preact-iso/router';
import { useEffect } from 'preact/hooks';
import { user } from '../api/session.ts';
import { LogIn } from '../parts/log-in.tsx';
import { Page } from '../parts/page.tsx';
import { worksHere } from '../parts/roles.ts';
import { text } from '../text/text.ts';

/** `/app/log-in`. */
export function LogInPage() {
  if (user.value) return <AfterLogIn />;
  return (
    <Page title={text.session.title} kind="narrow">
      <section class="card">
        <LogIn />
      </section>
    </Page>
  );
}

/** On to the programme, or to the desk: never to an address that came from outside. */
export function AfterLogIn() {
  const { route } = useLocation();
  useEffect(() => {
    if (worksHere(user.value)) location.replace('/app/desk/');
    else route('/app/', true);
  }, []);
  return <Page title={text.loading}>{null}</Page>;
}
