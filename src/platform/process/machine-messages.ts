/** What the processes of a machine say to each other: `heard` follows each `announce` to a worker, `collected` each `collect`. */
export type Message =
  | { kind: 'announce'; id: number; topic: string; items: unknown[] }
  | { kind: 'heard'; id: number }
  | { kind: 'done'; id: number }
  | { kind: 'ask'; id: number; question: string; about: unknown }
  | { kind: 'answer'; id: number; value?: unknown; failure?: string }
  | { kind: 'collect'; id: number; topic: string }
  | { kind: 'collected'; id: number; value?: unknown; failure?: string };

const KINDS = new Set<unknown>(['announce', 'heard', 'done', 'ask', 'answer', 'collect', 'collected']);
const isTextIfAny = (value: unknown) => value === undefined || typeof value === 'string';

/** Whether what came over the line is a message of ours; `value`, `about` and `items` are for its reader to judge. */
export function isMessage(told: unknown): told is Message {
  if (typeof told !== 'object' || told === null) return false;
  const { kind, id, topic, items, question, failure } = told as Record<string, unknown>;
  if (!KINDS.has(kind) || !Number.isSafeInteger(id) || !isTextIfAny(failure)) return false;
  if (kind === 'announce') return typeof topic === 'string' && Array.isArray(items);
  if (kind === 'ask') return typeof question === 'string';
  return kind !== 'collect' || typeof topic === 'string';
}
