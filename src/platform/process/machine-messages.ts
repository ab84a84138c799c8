/**
 * The messages between the processes of a machine. A worker's `broadcast` goes to the other workers; each
 * answers `received`, and then the sender gets `done`. An `ask` gets an `answer`, a `collect` gets a
 * `provided` from each worker.
 */
export type Message =
  | { kind: 'broadcast'; id: number; topic: string; items: unknown[] }
  | { kind: 'received'; id: number }
  | { kind: 'done'; id: number }
  | { kind: 'ask'; id: number; question: string; asked: unknown }
  | { kind: 'answer'; id: number; value?: unknown; failure?: string }
  | { kind: 'collect'; id: number; topic: string }
  | { kind: 'provided'; id: number; value?: unknown; failure?: string };

const KINDS = new Set<unknown>(['broadcast', 'received', 'done', 'ask', 'answer', 'collect', 'provided']);
const isTextOrMissing = (value: unknown) => value === undefined || typeof value === 'string';

/**
 * Whether another process sent one of these messages. Topics and questions check `value`, `asked` and
 * `items`.
 */
export function isMessage(message: unknown): message is Message {
  if (typeof message !== 'object' || message === null) return false;
  const { kind, id, topic, items, question, failure } = message as Record<string, unknown>;
  if (!KINDS.has(kind) || !Number.isSafeInteger(id) || !isTextOrMissing(failure)) return false;
  if (kind === 'broadcast') return typeof topic === 'string' && Array.isArray(items);
  if (kind === 'ask') return typeof question === 'string';
  return kind !== 'collect' || typeof topic === 'string';
}
