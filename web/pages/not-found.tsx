import { Page } from '../parts/page.tsx';
import { text } from '../text/text.ts';

export function NotFoundPage() {
  return (
    <Page title={text.problem.notFoundTitle} kind="narrow">
      <p>{text.problem.notFound}</p>
      <a class="button main" href="/app/">
        {text.problem.toProgramme}
      </a>
    </Page>
  );
}
