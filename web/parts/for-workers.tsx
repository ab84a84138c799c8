import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { user } from '../api/session.ts';
import { text } from '../text/text.ts';
import { leadBack } from './led-back.tsx';
import { LogInFirst, Page } from './page.tsx';
import { worksHere } from './roles.ts';

/** What only users see who work here, or a page to log in, in its place. Customers are led back. */
export function ForWorkers({ why, children }: { why: string; children: () => ComponentChildren }) {
  if (!user.value) return <LogInFirst why={why} isOnlyForm />;
  if (!worksHere(user.value)) return <LeadingBack />;
  // Another user gets what the page shows read anew.
  return <div key={user.value.username}>{children()}</div>;
}

function LeadingBack() {
  useEffect(leadBack, []);
  return <Page title={text.loading}>{null}</Page>;
}
