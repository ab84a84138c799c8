import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { user } from '../api/session.ts';
import { leadBack } from '../parts/led-back.tsx';
import { LogIn } from '../parts/log-in.tsx';
import { Page } from '../parts/page.tsx';
import { isAdmin, worksHere } from '../parts/roles.ts';
import { desk } from '../text/desk.ts';
import { text } from '../text/text.ts';

type ForStaffProps = {
  /** For admins alone. */
  isAdmins?: boolean;
  children: () => ComponentChildren;
};

/** What only users see who work here, or a page to log in, in its place. Customers are led back. */
export function ForStaff({ isAdmins = false, children }: ForStaffProps) {
  if (!user.value) return <LogInHere />;
  if (!worksHere(user.value)) return <LeadingBack />;
  if (isAdmins && !isAdmin(user.value)) return <AdminsOnly />;
  // Another user gets what the page shows read anew.
  return <div key={user.value.username}>{children()}</div>;
}

function LogInHere() {
  return (
    <Page title={text.session.title} kind="narrow">
      <section class="card">
        <p>{desk.logIn}</p>
        <LogIn isOnlyForm />
      </section>
    </Page>
  );
}

function LeadingBack() {
  useEffect(leadBack, []);
  return <Page title={text.loading}>{null}</Page>;
}

function AdminsOnly() {
  return (
    <Page title={desk.adminsTitle} kind="narrow">
      <p>{desk.admins}</p>
      <a class="button main" href="/app/desk/bookings">
        {desk.toBookings}
      </a>
    </Page>
  );
}
