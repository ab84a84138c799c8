import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

// The bounds of rules.md 2. Changes are heard of within the first while notices arrive; nothing is older than the second,
// of which 250 ms are left to what is read beside an answer, or looks at it again and again.
const UNHEARD_MS = 250;
const LONGEST_MS = 1_750;
const RENEWED_AFTER_MS = 1_000;
const RENEWED_AT_ONCE = 100;
const MOST_ANSWERS = 2_000;

/**
 * What an answer is built from: its `data`, facts for its route, and how long it stays true (until a hold
 * ends).
 */
export type Content<Facts = undefined> = { data: unknown; facts: Facts; validForMs?: number };
/** The same as before: nothing is written anew. */
export type Unchanged = { isUnchanged: true; validForMs?: number };
export type Read<Facts> = (before?: Facts) => Promise<Content<Facts> | Unchanged>;

/** An answer, serialised once for all requests. `dataOn` is the envelope from its data on, in UTF-8. */
export type CachedAnswer<Facts = undefined> = {
  readonly dataOn: Buffer;
  readonly etag: string;
  readonly facts: Facts;
  /** False as soon as it is too old or was dropped. */
  isValid(): boolean;
};

export type AnswerCache<Key, Facts = undefined> = {
  /** The answer under a key, read once for all waiting requests. `youngerThanMs` asks for a younger one. */
  get(key: Key, read: Read<Facts>, limits?: { youngerThanMs?: number }): Promise<CachedAnswer<Facts>>;
  /** Drops the answer: a later request gets one that was read after this call. */
  drop(key: Key): void;
  clear(): void;
};

type Entry<Facts> = {
  readonly read: Read<Facts>;
  readonly answer: Promise<CachedAnswer<Facts>>;
  /** `answer`, once it is read. */
  written?: CachedAnswer<Facts>;
  askedAt: number;
  validUntil: number;
  isUsed: boolean;
  isRenewing: boolean;
};
type CacheLog = { debug(facts: object, message: string): void };
/** `hearsChanges`: whether notices of all changes older than 250 ms have arrived. */
type Settings = { name: string; log: CacheLog; hearsChanges?: () => boolean };

/** Caches answers that many requests need between two changes. `name` appears in the log. */
export function createAnswerCache<Key extends string | number, Facts = undefined>({
  name,
  log,
  hearsChanges = () => false,
}: Settings): AnswerCache<Key, Facts> {
  const entries = new LRUCache<Key, Entry<Facts>>({
    max: MOST_ANSWERS,
    // Requests under way, and the fast path, may still use the answer.
    dispose: (entry) => {
      entry.validUntil = 0;
    },
  });
  const isValid: IsValid = ({ askedAt, validUntil }, youngerThanMs = LONGEST_MS) => {
    const now = performance.now();
    const ageMs = now - askedAt;
    return now < validUntil && ageMs < youngerThanMs && (ageMs < UNHEARD_MS || hearsChanges());
  };

  return {
    get(key, read, { youngerThanMs } = {}) {
      const known = entries.get(key);
      if (known && isValid(known, youngerThanMs)) {
        log.debug({ cache: name, key }, 'answered from memory');
        known.isUsed = true;
        return known.answer;
      }
      log.debug({ cache: name, key }, 'read anew');
      const entry = readEntry(read, isValid, known?.written);
      entry.answer.catch(() => entries.peek(key) === entry && entries.delete(key));
      entries.set(key, entry);
      renewOld(entries, isValid);
      return entry.answer;
    },
    drop: (key) => void entries.delete(key),
    clear: () => entries.clear(),
  };
}

type IsValid = (entry: Pick<Entry<unknown>, 'askedAt' | 'validUntil'>, youngerThanMs?: number) => boolean;

function readEntry<Facts>(read: Read<Facts>, isValid: IsValid, before?: CachedAnswer<Facts>): Entry<Facts> {
  // The age counts from before the statement, because its data may be that old.
  const askedAt = performance.now();
  const entry: Entry<Facts> = {
    read,
    askedAt,
    validUntil: askedAt + LONGEST_MS,
    isUsed: true,
    isRenewing: false,
    answer: read(before?.facts).then((content) => {
      // The validity is never extended here: the answer may have been dropped during the read.
      entry.validUntil = Math.min(entry.validUntil, endOf(content, askedAt));
      entry.written = write(content, before, () => {
        entry.isUsed = true;
        return isValid(entry);
      });
      return entry.written;
    }),
  };
  return entry;
}

/** Answers in use that will soon be too old are refreshed together, so one statement reads many. */
function renewOld<Key extends string | number, Facts>(
  entries: LRUCache<Key, Entry<Facts>>,
  isValid: IsValid,
): void {
  const now = performance.now();
  let left = RENEWED_AT_ONCE;
  for (const key of entries.rkeys()) {
    const entry = entries.peek(key);
    const isDue = entry?.written && entry.isUsed && now - entry.askedAt >= RENEWED_AFTER_MS;
    if (!isDue || entry.isRenewing || !isValid(entry)) continue;
    void renew(entries, key, entry);
    if (--left === 0) return;
  }
}

/** Refreshes an entry while requests still use it. Unchanged data stays valid for the same time again. */
async function renew<Key extends string | number, Facts>(
  entries: LRUCache<Key, Entry<Facts>>,
  key: Key,
  entry: Entry<Facts>,
): Promise<void> {
  const askedAt = performance.now();
  entry.isRenewing = true;
  entry.isUsed = false;
  // If this fails, the next request reads the entry and gets the error.
  const content = await entry.read(entry.written?.facts).catch(() => undefined);
  entry.isRenewing = false;
  if (content === undefined || entries.peek(key) !== entry) return;
  if ('isUnchanged' in content) {
    entry.askedAt = askedAt;
    entry.validUntil = endOf(content, askedAt);
  } else entries.delete(key);
}

const endOf = ({ validForMs = LONGEST_MS }: { validForMs?: number }, askedAt: number) =>
  askedAt + Math.min(validForMs, LONGEST_MS);

function write<Facts>(
  content: Content<Facts> | Unchanged,
  before: CachedAnswer<Facts> | undefined,
  isValid: () => boolean,
): CachedAnswer<Facts> {
  if (!('isUnchanged' in content)) {
    const dataOn = Buffer.from(`"data":${JSON.stringify(content.data)}}`);
    const etag = `W/"${createHash('sha1').update(dataOn).digest('base64url')}"`;
    return { dataOn, etag, facts: content.facts, isValid };
  }
  if (before === undefined) throw new Error('an answer cannot be unchanged before it was read');
  return { ...before, isValid };
}
