// Loaded with --import: on SIGUSR2 the primary sends strange messages to each of its processes and has each of them
// send the same to it.
import cluster from 'node:cluster';

export const STRANGE_MESSAGES: readonly unknown[] = [
  null,
  true,
  0,
  'broadcast',
  [],
  {},
  { kind: null },
  { kind: 'unheard of', id: 1 },
  { kind: 'broadcast' },
  { kind: 'broadcast', id: 1, topic: 'seats' },
  { kind: 'broadcast', id: 1, topic: 'seats', items: null },
  { kind: 'ask', id: 1, question: { toString: null } },
  { kind: 'answer', id: 'one' },
  { kind: 'collect', id: 1 },
  { type: 'prom-client:getMetricsRes', requestId: 1_000 },
];
/** These are whole and name or hold what nobody knows. */
const ODD_MESSAGES: readonly unknown[] = [
  { kind: 'broadcast', id: 1, topic: 'seats', items: [null, 1, 'x', {}, { showId: 'x' }] },
  { kind: 'broadcast', id: 1, topic: 'ended sessions', items: [null, {}, 7] },
  { kind: 'broadcast', id: 1, topic: '__proto__', items: [] },
  { kind: 'received', id: 987_654 },
  { kind: 'done', id: 987_654 },
  { kind: 'answer', id: 987_654, failure: 'x' },
  { kind: 'provided', id: 987_654, value: null },
  { kind: 'collect', id: 1, topic: 'nothing' },
  { kind: 'ask', id: 987_654, question: 'constructor', asked: null },
  { kind: 'ask', id: 987_654, question: 'guess begins', asked: null },
  { kind: 'ask', id: 987_654, question: 'guess ends', asked: null },
  { kind: 'ask', id: 987_654, question: 'stream opens', asked: null },
  { kind: 'ask', id: 987_654, question: 'stream closes', asked: 7 },
];
const ALL = [...STRANGE_MESSAGES, ...ODD_MESSAGES] as object[];

if (cluster.isPrimary) {
  process.on('SIGUSR2', () => {
    for (const worker of Object.values(cluster.workers ?? {})) {
      for (const message of ALL) worker?.send(message);
      worker?.process.kill('SIGUSR2');
    }
  });
} else {
  process.on('SIGUSR2', () => {
    for (const message of ALL) process.send?.(message);
  });
}
