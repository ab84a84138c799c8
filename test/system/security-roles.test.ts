import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signedUp } from '../customers/people.ts';
import { listOperations, pathWith, sampleBody, type Operation } from '../support/api.ts';
import { startApp } from '../support/app.ts';

type Who = 'anybody' | 'any user' | ('customer' | 'staff' | 'admin')[];

/** The roles that may call each route. A route that is not in here fails the test. */
const MAY: readonly [RegExp, Who][] = [
  [/^GET \/(health|ready)?$/, 'anybody'],
  [/^GET \/(posters|pictures)\//, 'anybody'],
  [/^GET \/programme(\/events)?$/, 'anybody'],
  [/^POST \/(login|forgot-password|customer\/signup)$/, 'anybody'],
  [/^(GET|POST) \/security-questions?(\/by-email)?$/, 'anybody'],
  [/^POST \/(security-questions\/)?verify-security-answer$/, 'anybody'],
  [/^POST \/(change-password|logout)$/, 'any user'],
  [/^GET \/(shows|show|shows\/\{show_id\}\/seat-map(\/events)?)$/, 'any user'],
  [/^GET \/booking\/\{id\}\/(qr|pdf)$/, 'any user'],
  [/^(GET|POST|DELETE) \/customer\//, ['customer']],
  [/^GET \/shows?\/movies$/, ['admin']],
  [/^POST \/shows?$/, ['admin']],
  [/^GET \/(slot|slot-all|revenue|admin\/(profile|programme))$/, ['admin']],
  [/^POST \/admin\//, ['admin']],
  [/^GET \/admin\/bookings$/, ['admin', 'staff']],
  [/^GET \/staff\/profile$/, ['staff']],
  [/^(GET|POST) \/check-in\//, ['admin', 'staff']],
  [/^GET \/booking-csv$/, ['admin', 'staff']],
];

const whoMay = ({ method, path }: Operation): Who => {
  const found = MAY.find(([pattern]) => pattern.test(`${method} ${path}`));
  if (!found) throw new Error(`nobody has said who may call ${method} ${path}`);
  return found[1];
};

const isLogout = ({ path }: Operation) => path === '/logout';

test('each route is open to its roles and to nobody else, a stranger least of all', async (t) => {
  const app = await startApp(t);
  const people = { customer: await app.customer(), staff: app.staff, admin: app.admin };
  const listed = await listOperations(app);
  // The last of all ends the sessions that the others are asked with.
  const operations = listed.toSorted((a, b) => Number(isLogout(a)) - Number(isLogout(b)));
  assert.ok(operations.length > 40, `${operations.length} routes`);

  for (const operation of operations) {
    const { method, path } = operation;
    const who = whoMay(operation);
    // An id that nobody has: what a role may do is done to nothing.
    const target = pathWith(path, 999_999);
    const name = `${method} ${path}`;
    // A stream that is open to anybody does not end; its head says as much.
    const asked = path === '/programme/events' ? 'HEAD' : method;
    const asStranger = await app.call(asked, target);
    if (who === 'anybody') assert.notEqual(asStranger.status, 401, name);
    else assert.equal(asStranger.code, 'MISSING_AUTH_HEADER', name);
    assert.equal(
      asStranger.headers.get('set-cookie'),
      null,
      'there are no cookies, so nothing for CSRF to use',
    );

    for (const [role, person] of Object.entries(people)) {
      const may = typeof who === 'string' || who.includes(role as 'customer');
      const { status, code, headers } = await app.call(asked, target, { as: person });
      const isRefused = status === 403 && code === 'FORBIDDEN';
      // A picture's link is refused for its signature, for every role.
      assert.equal(isRefused, !may || path.startsWith('/pictures/'), `${name} as ${role}: ${status} ${code}`);
      if (asked === 'GET' && may && path.endsWith('/events') && status === 200)
        assert.fail('a stream that nobody closes');
      assert.equal(headers.get('x-content-type-options'), 'nosniff', name);
    }
  }
});

test('a token of a deleted user, or of a user whose role has changed, opens what the database says', async (t) => {
  const app = await startApp(t);
  const gone = await app.customer();
  const risen = await app.customer();
  await app.script(`
    delete from customer_wallet where username = '${gone.username}';
    delete from customertable where username = '${gone.username}';
    delete from usertable where username = '${gone.username}';
    update usertable set role = 'staff' where username = '${risen.username}'`);
  assert.equal((await app.get('/shows', { as: gone })).code, 'INVALID_TOKEN');
  assert.equal((await app.get('/customer/wallet', { as: risen })).code, 'FORBIDDEN');
  assert.equal((await app.get('/check-in/bookings', { as: risen })).code, '200');
});

test('what belongs to somebody is seen and changed by nobody else, on any route', async (t) => {
  const app = await startApp(t);
  const owner = await signedUp(app, { name: 'Zebulon Quartermain' });
  const other = await app.customer({ balance: '5000.00' });
  const showId = await app.show();
  const { data: hold } = await app.hold(owner, showId, ['A1']);
  const bookingId = Number(hold['booking_id']);
  const secrets = ['Zebulon', owner.username, owner.email, owner.number];

  const refusals: Record<string, string> = {};
  for (const { method, path, body } of await listOperations(app)) {
    if (/\/(events|signup|add-funds|logout)$|^\/pictures/.test(path)) continue;
    const isOfBooking = path.includes('{id}') || path.endsWith('payment');
    const answer = await app.call(method, pathWith(path, path.includes('show_id') ? showId : bookingId), {
      as: other,
      ...(body &&
        method !== 'GET' && { body: sampleBody(body, { booking_id: bookingId, payment_method: 'Wallet' }) }),
    });
    if (isOfBooking) refusals[`${method} ${path}`] = `${answer.status} ${answer.code}`;
    for (const secret of secrets)
      assert.ok(!answer.text.includes(secret), `${method} ${path} tells ${secret}`);
  }
  assert.deepEqual(refusals, {
    'DELETE /customer/booking/{id}/cancel': '403 UNAUTHORIZED_ACCESS',
    'POST /customer/booking/payment': '403 UNAUTHORIZED_ACCESS',
    'POST /customer/booking/{id}/payment': '403 UNAUTHORIZED_ACCESS',
    'POST /customer/booking/{id}/extend': '403 UNAUTHORIZED_ACCESS',
    'GET /customer/booking/{id}': '403 UNAUTHORIZED_ACCESS',
    'GET /booking/{id}/qr': '403 FORBIDDEN',
    'GET /booking/{id}/pdf': '403 FORBIDDEN',
  });
  assert.equal(await app.count('booking', `id = ${bookingId} and status = 'Pending'`), 1, 'untouched');
  assert.equal((await app.get('/customer/wallet', { as: other })).data['balance'], 5_000);
  assert.equal((await app.pay(owner, bookingId)).code, '200', 'its owner may still pay it');
});

test('only the origins that are listed are let in by a browser', async (t) => {
  const app = await startApp(t, { env: { CORS_ORIGINS: 'https://skyfox.example' } });
  const ask = (origin: string) => app.call('OPTIONS', '/login', { headers: { origin } });
  assert.equal(
    (await ask('https://skyfox.example')).headers.get('access-control-allow-origin'),
    'https://skyfox.example',
  );
  for (const origin of [
    'https://evil.example',
    'null',
    'https://skyfox.example.evil.example',
    'http://skyfox.example',
  ]) {
    const { headers } = await ask(origin);
    assert.equal(headers.get('access-control-allow-origin'), 'https://skyfox.example', origin);
    assert.equal(headers.get('vary'), 'Origin');
    assert.equal(headers.get('access-control-allow-credentials'), null);
  }
});
