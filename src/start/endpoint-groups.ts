const GROUPS: readonly [RegExp, string][] = [
  [
    /^\/(login|logout|forgot-password|change-password|security-questions?|verify-security-answer)(\/|$)/,
    'auth',
  ],
  [/^\/customer\/(signup|profile|update-profile|profile-image|update-profile-image)$/, 'customer_mgmt'],
  [/^\/customer\/wallet(\/|$)/, 'wallet'],
  [/^\/(customer\/bookings?|booking)(\/|$)|^\/admin\/create-customer-booking$|\/seat-map(\/|$)/, 'booking'],
  [/^\/(shows?|slot|slot-all|programme)(\/|$)|^\/admin\/programme$/, 'shows'],
  [/^\/check-in\//, 'checkin'],
  [/^\/(admin|staff)\/profile$|^\/admin\/bookings$|^\/revenue$|^\/booking-csv$/, 'admin'],
];

const known = new Map<string, string>();

/** The group under which a route (its pattern) is counted: environment.md of the dashboards that exist already. */
export function endpointGroup(route: string): string {
  let group = known.get(route);
  if (group === undefined) {
    group = GROUPS.find(([routes]) => routes.test(route))?.[1] ?? 'other';
    known.set(route, group);
  }
  return group;
}
