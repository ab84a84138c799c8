import type { ComponentChildren } from 'preact';
import { user } from '../api/session.ts';
import { ForWorkers } from '../parts/for-workers.tsx';
import { Page } from '../parts/page.tsx';
import { isAdmin } from '../parts/roles.ts';
import { desk } from '../text/desk.ts';

type ForStaffProps = {
  /** For admins alone. */
  isAdmins?: boolean;
  children: () => ComponentChildren;
};

/** A page of the desk: for staff, or for admins alone. */
export function ForStaff({ isAdmins = false, children }: ForStaffProps) {
  return (
    <ForWorkers why={desk.logIn}>
      {() => (isAdmins && !isAdmin(user.value) ? <AdminsOnly /> : children())}
    </ForWorkers>
  );
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
