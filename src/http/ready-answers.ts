import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';

// The bound on what another process wrote: rules.md 2.
const LONGEST_MS = 250;
const KEPT = 2_000;

/** `data`, and for how long at most it stays true by what is known of it (a hold's end). */
export type Fresh<Note = undefined> = { data: unknown; note: Note; goodForMs?: number };
export type Ready<Note = undefined> = { bytes: Buffer; etag: string; note: Note; goodUntil: number };
type Entry<Note> = { ready?: Promise<Ready<Note>>; goodUntil: number };

export type ReadyAnswers<Key, Note = undefined> = {
  /** The answer under a key, built once however many wait for it. */
  get(key: Key, build: () => Promise<Fresh<Note>>): Promise<Ready<Note>>;
  /** Whoever asks from now on is answered by a build that began from now on. */
  drop(key: Key): void;
  clear(): void;
};

/** Answers that are asked a hundred times between two changes, kept as the bytes that go out. */
export function createReadyAnswers<Key extends string | number, Note = undefined>(): ReadyAnswers<Key, Note> {
  const entries = new LRUCache<Key, Entry<Note>>({ max: KEPT });
  return {
    get(key, build) {
      const known = entries.get(key);
      if (known?.ready && known.goodUntil > performance.now()) return known.ready;
      // Counted from before the statement, since what it read may be as old as that.
      const askedAt = performance.now();
      const entry: Entry<Note> = { goodUntil: Number.POSITIVE_INFINITY };
      const ready = build().then(
        (fresh) => {
          const ready = serialise(fresh, askedAt);
          entry.goodUntil = ready.goodUntil;
          return ready;
        },
        (error: unknown) => {
          if (entries.peek(key) === entry) entries.delete(key);
          throw error;
        },
      );
      entry.ready = ready;
      entries.set(key, entry);
      return ready;
    },
    drop: (key) => void entries.delete(key),
    clear: () => entries.clear(),
  };
}

function serialise<Note>({ data, note, goodForMs = LONGEST_MS }: Fresh<Note>, askedAt: number): Ready<Note> {
  // With the envelope's last brace, so that what goes out is a short head and these bytes.
  const bytes = Buffer.from(`${JSON.stringify(data)}}`);
  const etag = `W/"${createHash('sha1').update(bytes).digest('base64url')}"`;
  return { bytes, etag, note, goodUntil: askedAt + Math.min(goodForMs, LONGEST_MS) };
}

type Reply = { header(name: string, value: string): unknown; statusCode: number };

/**
 * Ready bytes in the envelope, or 304 where the client has them; `message` is a constant of the program.
 * Typed as `never` because the bytes stand for whatever the route's response schema describes.
 */
export function readyAnswer(
  request: Pick<FastifyRequest, 'id' | 'headers'>,
  reply: Reply,
  message: string,
  ready: Ready<unknown>,
): never {
  reply.header('etag', ready.etag);
  reply.header('cache-control', 'private, no-cache');
  if (request.headers['if-none-match']?.includes(ready.etag)) {
    reply.statusCode = 304;
    return '' as never;
  }
  reply.header('content-type', 'application/json; charset=utf-8');
  // Bytes and not text: encoding the same nine kilobytes for every request took most of its time.
  const head = Buffer.from(`{"message":"${message}","request_id":"${request.id}","status":"SUCCESS","data":`);
  return Buffer.concat([head, ready.bytes]) as never;
}
