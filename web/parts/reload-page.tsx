import { text } from '../text/text.ts';
import { Page } from './page.tsx';

/** In place of a page that cannot be drawn until the browser has loaded it anew. */
export function ReloadPage({ title, why }: { title: string; why: string }) {
  return (
    <Page title={title} kind="narrow">
      <p>{why}</p>
      <button type="button" class="main" onClick={() => location.reload()}>
        {text.problem.reload}
      </button>
    </Page>
  );
}
