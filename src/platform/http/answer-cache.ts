import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

// How far behind another machine's commit an answer may be: rules.md 2.
const LONGEST_MS = 250;
const MOST_ANSWERS = 2_000;

/** What is read for an answer: its `data`, facts for its route, and for how long it stays true (a hold's end). */
export type Content<Facts = undefined> = { data: unknown; facts: Facts; validForMs?: number };

/** An answer, written once for all requests: `dataOn` is the envelope from its data on, in UTF-8. */
export type CachedAnswer<Facts = undefined> = {
  readonly dataOn: Buffer;
  readonly etag: string;
  readonly facts: Facts;
  /** False from the moment when it is too old or was dropped. */
  isValid(): boolean;
};

export type AnswerCache<Key, Facts = undefined> = {
  /** The answer under a key, read once for all requests that wait for it. */
  get(key: Key, read: () => Promise<Content<Facts>>): Promise<CachedAnswer<Facts>>;
  /** A request from now on gets an answer that was read from now on. */
  drop(key: Key): void;
  clear(): void;
};

type Entry<Facts> = { validUntil: number; answer: Promise<CachedAnswer<Facts>> };
type CacheLog = { debug(facts: object, message: string): void };

/** Keeps answers that are asked for many times between two changes. `name` stands in the log. */
export function createAnswerCache<Key extends string | number, Facts = undefined>(
  name: string,
  log: CacheLog,
): AnswerCache<Key, Facts> {
  const entries = new LRUCache<Key, Entry<Facts>>({
    max: MOST_ANSWERS,
    // Requests under way, and the fast path, may still hold the answer.
    dispose: (entry) => {
      entry.validUntil = 0;
    },
  });

  function readEntry(key: Key, read: () => Promise<Content<Facts>>): Entry<Facts> {
    // Counted from before the statement, since what it read may be as old as that.
    const askedAt = performance.now();
    const entry: Entry<Facts> = {
      validUntil: askedAt + LONGEST_MS,
      answer: read().then(
        (content) => {
          // Never longer than before: it may have been dropped while it was read.
          entry.validUntil = Math.min(entry.validUntil, askedAt + (content.validForMs ?? LONGEST_MS));
          return toAnswer(content, () => performance.now() < entry.validUntil);
        },
        (error: unknown) => {
          if (entries.peek(key) === entry) entries.delete(key);
          throw error;
        },
      ),
    };
    return entry;
  }

  return {
    get(key, read) {
      const known = entries.get(key);
      if (known && performance.now() < known.validUntil) {
        log.debug({ cache: name, key }, 'answered from memory');
        return known.answer;
      }
      log.debug({ cache: name, key }, 'read anew');
      const entry = readEntry(key, read);
      entries.set(key, entry);
      return entry.answer;
    },
    drop: (key) => void entries.delete(key),
    clear: () => entries.clear(),
  };
}

function toAnswer<Facts>({ data, facts }: Content<Facts>, isValid: () => boolean): CachedAnswer<Facts> {
  const dataOn = Buffer.from(`"data":${JSON.stringify(data)}}`);
  const etag = `W/"${createHash('sha1').update(dataOn).digest('base64url')}"`;
  return { dataOn, etag, facts, isValid };
}
