import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRefusal, type Failure, type Result } from '../../web/api/failures.ts';
import { createRequestKeys } from '../../web/api/request-keys.ts';
import { hold } from '../../web/checkout/hold.ts';
import {
  lookAgainMs,
  lookAtEnd,
  pay,
  watchUnknown,
  type Progress,
  type Standing,
} from '../../web/checkout/pay.ts';

const lost: Failure = { kind: 'lost' };
const refused = (status: number, code: string, headers = {}): Failure =>
  readRefusal(status, new Headers(headers), { code, request_id: 'r-1' });
const unpaid: Standing = { status: 'Pending', payment: 'none' };

type Script = { answers: (Failure | 'paid')[]; looks?: (Standing | Failure)[] };

/** Pays against answers in turn, and tells what was sent, waited for and shown. */
async function play({ answers, looks = [] }: Script) {
  const waits: number[] = [];
  const progress: Progress[] = [];
  let sent = 0;
  const end = await pay({
    send: async () => {
      const answer = answers[sent++];
      assert.ok(answer, 'nothing more was to be sent');
      return answer === 'paid' ? { data: {} } : { failure: answer };
    },
    look: async (): Promise<Result<Standing>> => {
      const next = looks.shift();
      assert.ok(next, 'nothing more was to be looked at');
      return 'kind' in next ? { failure: next } : { data: next };
    },
    wait: async (ms) => void waits.push(ms),
    onProgress: (step) => progress.push(step),
    isOver: () => false,
  });
  return { end, waits, progress, sent };
}

test('a payment whose answers are lost is sent again until one comes', async () => {
  const { end, sent, progress } = await play({ answers: [lost, lost, lost, 'paid'] });
  assert.deepEqual([end.kind, sent], ['paid', 4]);
  assert.deepEqual(progress, ['connection lost', 'connection lost', 'connection lost']);
});

test('one whose key is at work elsewhere is sent again when the server says', async () => {
  const { end, waits } = await play({
    answers: [refused(409, 'REQUEST_IN_PROGRESS', { 'retry-after': '2' }), 'paid'],
  });
  assert.deepEqual([end.kind, waits], ['paid', [2_000]]);
});

test('a server that is busy, or does not know, is asked again under the same key', async () => {
  const { end, sent } = await play({
    answers: [
      refused(503, 'SERVICE_UNAVAILABLE'),
      refused(429, 'RATE_LIMITED', { 'retry-after': '1' }),
      'paid',
    ],
  });
  assert.deepEqual([end.kind, sent], ['paid', 3]);
});

for (const [status, code, kind] of [
  [402, 'PAYMENT_FAILED', 'declined'],
  [400, 'PAYMENT_VALIDATION_FAILED', 'card faulty'],
  [400, 'INSUFFICIENT_BALANCE', 'too little'],
  [400, 'BOOKING_EXPIRED', 'expired'],
  [404, 'BOOKING_NOT_FOUND', 'gone'],
  [409, 'PAYMENT_UNRESOLVED', 'unknown'],
  [502, 'PAYMENT_AUTH_FAILED', 'gateway down'],
  [413, 'PAYLOAD_TOO_LARGE', 'refused'],
] as const) {
  test(`${code} ends it as ${kind}`, async () => {
    const { end, sent } = await play({ answers: [refused(status, code)] });
    assert.deepEqual([end.kind, sent], [kind, 1]);
  });
}

test('a bank that is away says whether it may have charged', async () => {
  const down = await play({ answers: [refused(502, 'PAYMENT_SERVICE_ERROR')] });
  assert.equal(down.end.kind, 'gateway down');
  const body = { code: 'PAYMENT_SERVICE_ERROR', request_id: 'r-2', may_have_happened: true };
  const silent = await play({ answers: [readRefusal(504, new Headers(), body)] });
  assert.deepEqual(silent.end, { kind: 'unknown', requestId: 'r-2', isGone: false });
});

for (const code of ['INTERNAL_ERROR', '']) {
  test(`after a ${code || 'page of a proxy'} the booking tells what it was`, async () => {
    const failed = refused(code === '' ? 502 : 500, code);
    const down = await play({
      answers: [failed],
      looks: [lost, { ...unpaid, payment: 'under_way' }, unpaid],
    });
    assert.equal(down.end.kind, 'gateway down');
    const unknown = await play({ answers: [failed], looks: [{ ...unpaid, payment: 'unresolved' }] });
    assert.deepEqual(unknown.end, { kind: 'unknown', requestId: 'r-1', isGone: false });
    const paid = await play({ answers: [failed], looks: [{ status: 'Confirmed', payment: 'none' }] });
    assert.equal(paid.end.kind, 'paid');
  });
}

test('a hold that another tab is paying is waited for, and never paid twice', async () => {
  const busy = refused(409, 'PAYMENT_IN_PROGRESS');
  const underWay: Standing = { status: 'Pending', payment: 'under_way' };
  const theirs = await play({ answers: [busy], looks: [underWay, { status: 'Confirmed', payment: 'none' }] });
  assert.deepEqual([theirs.end.kind, theirs.sent, theirs.progress], ['paid', 1, ['under way']]);
  const failed = await play({ answers: [busy], looks: [underWay, unpaid] });
  assert.deepEqual([failed.end.kind, failed.sent], ['not paid', 1]);
});

test('a booking that another tab has paid counts as paid', async () => {
  const { end } = await play({
    answers: [refused(400, 'INVALID_BOOKING_STATUS')],
    looks: [{ status: 'Confirmed', payment: 'none' }],
  });
  assert.equal(end.kind, 'paid');
});

test('a page that was left sends nothing more', async () => {
  let left = false;
  const end = await pay({
    send: async () => ({ failure: lost }),
    look: async () => ({ failure: lost }),
    wait: async () => {
      left = true;
    },
    onProgress: () => undefined,
    isOver: () => left,
  });
  assert.equal(end.kind, 'left');
});

for (const [last, end] of [
  [{ status: 'Confirmed', payment: 'none' }, { kind: 'paid' }],
  [unpaid, { kind: 'not paid' }],
  [refused(404, 'BOOKING_NOT_FOUND'), { kind: 'unknown', requestId: 'r-9', isGone: true }],
] as const) {
  test(`an unknown outcome is waited for until it is ${JSON.stringify(end)}`, async () => {
    const looks: (Standing | Failure)[] = [{ ...unpaid, payment: 'unresolved' }, lost, last];
    const found = await watchUnknown(
      {
        look: async () => {
          const next = looks.shift() ?? lost;
          return 'kind' in next ? { failure: next } : { data: next };
        },
        wait: async () => undefined,
        isOver: () => false,
      },
      'r-9',
    );
    assert.deepEqual(found, end);
  });
}

test('an unknown outcome is asked about every 2 to 15 s', () => {
  assert.equal(lookAgainMs(1), 2_000);
  assert.equal(lookAgainMs(50), 15_000);
});

test('a body keeps its key until its answer settles it, and another body has another', () => {
  let made = 0;
  const keys = createRequestKeys(() => `key ${++made}`);
  const card = { booking_id: 1, card_number: '4242424242424242' };
  assert.equal(keys.keyFor(card), 'key 1');
  assert.equal(keys.keyFor({ ...card }), 'key 1');
  assert.equal(keys.keyFor({ ...card, cvv: '124' }), 'key 2');
  keys.settled();
  assert.equal(keys.keyFor({ ...card, cvv: '124' }), 'key 3');
});

test('a hold is tried again while no answer comes, and given up at last', async () => {
  let sent = 0;
  const needs = { wait: async () => undefined, onRetry: () => undefined, isLeft: () => false };
  const held = await hold({
    ...needs,
    send: async () => (++sent < 3 ? { failure: lost } : { data: { booking_id: 7 } }),
  });
  assert.deepEqual([held.data, sent], [{ booking_id: 7 }, 3]);
  sent = 0;
  const never = await hold({ ...needs, send: async () => (sent++, { failure: lost }) });
  assert.deepEqual([never.failure, sent], [lost, 6]);
  sent = 0;
  const gone = await hold({
    ...needs,
    send: async () => (sent++, { failure: refused(400, 'SEATS_UNAVAILABLE') }),
  });
  assert.deepEqual([gone.failure?.kind, sent], ['refused', 1]);
});

test('a hold that is asked for by a page that was left is not tried again', async () => {
  let isLeft = false;
  let sent = 0;
  const { failure } = await hold({
    send: async () => (sent++, { failure: lost }),
    wait: async () => void (isLeft = true),
    onRetry: () => undefined,
    isLeft: () => isLeft,
  });
  assert.deepEqual([failure, sent], [lost, 1]);
});

test('a clock that has run out asks until the server says whether the hold is over', async () => {
  const ends = async (...looks: (Standing | Failure)[]) =>
    lookAtEnd({
      look: async () => {
        const next = looks.shift();
        assert.ok(next, 'nothing more was to be looked at');
        return 'kind' in next ? { failure: next } : { data: next };
      },
      wait: async () => undefined,
      isOver: () => false,
    });
  const atEnd: Standing = { ...unpaid, time_remaining_ms: 0 };
  assert.equal(await ends(lost, atEnd, refused(404, 'BOOKING_NOT_FOUND')), 'expired');
  assert.equal(await ends(lost, { ...unpaid, time_remaining_ms: 2_000 }), 'there');
  assert.equal(await ends({ ...atEnd, payment: 'unresolved' }), 'there');
  assert.equal(await ends({ status: 'Confirmed', payment: 'none' }), 'there');
});
