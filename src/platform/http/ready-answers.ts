import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Identity } from './http.ts';

// The bound on what another process wrote: rules.md 2.
const LONGEST_MS = 250;
const KEPT = 2_000;

/** `data`, and for how long at most it stays true by what is known of it (a hold's end). */
export type Fresh<Note = undefined> = { data: unknown; note: Note; goodForMs?: number };
/** `text`: the data and the end of the envelope in UTF-8, a character a byte. */
export type Ready<Note = undefined> = { text: string; etag: string; note: Note; goodUntil: number };
/** `message`: a constant of the program. `admits`: who may have it, where not everybody with a token may. */
export type Given = {
  ready: Ready<unknown>;
  message: string;
  admits?: (user: Identity) => boolean;
  /** For readers without a token too. */
  isPublic?: boolean;
};
type Entry<Note> = {
  askedAt: number;
  promise?: Promise<Ready<Note>>;
  ready?: Ready<Note>;
  isDropped: boolean;
};

/** Whether it may still be given. */
export const isGood = ({ goodUntil }: Ready<unknown>) => goodUntil > performance.now();

type CacheLog = { debug(facts: object, message: string): void };

export type ReadyAnswers<Key, Note = undefined> = {
  /** The answer under a key, built once however many wait for it. */
  get(key: Key, build: () => Promise<Fresh<Note>>): Promise<Ready<Note>>;
  /** Whoever asks from now on is answered by a build that began from now on. */
  drop(key: Key): void;
  clear(): void;
};

/** Answers that are asked a hundred times between two changes, kept as what goes out; `name` says which, in the log. */
export function createReadyAnswers<Key extends string | number, Note = undefined>(
  name: string,
  log: CacheLog,
): ReadyAnswers<Key, Note> {
  const entries = new LRUCache<Key, Entry<Note>>({ max: KEPT, dispose: forget });
  return {
    get(key, build) {
      const known = entries.get(key);
      if (known?.promise && isFresh(known)) {
        log.debug({ cache: name, key }, 'answered from memory');
        return known.promise;
      }
      log.debug({ cache: name, key }, 'read anew');
      // Counted from before the statement, since what it read may be as old as that.
      const askedAt = performance.now();
      const entry: Entry<Note> = { askedAt, isDropped: false };
      entry.promise = build().then(
        (fresh) => {
          entry.ready = serialise(fresh, askedAt);
          if (entry.isDropped) entry.ready.goodUntil = 0;
          return entry.ready;
        },
        (error: unknown) => {
          if (entries.peek(key) === entry) entries.delete(key);
          throw error;
        },
      );
      entries.set(key, entry);
      return entry.promise;
    },
    drop: (key) => void entries.delete(key),
    clear: () => entries.clear(),
  };
}

// Also one that is being built, which may have read what it waits with.
const isFresh = ({ ready, askedAt }: Entry<unknown>) =>
  ready ? isGood(ready) : performance.now() - askedAt < LONGEST_MS;

// Others may have it in hand and would give it again.
function forget(entry: Entry<unknown>): void {
  entry.isDropped = true;
  if (entry.ready) entry.ready.goodUntil = 0;
}

function serialise<Note>({ data, note, goodForMs = LONGEST_MS }: Fresh<Note>, askedAt: number): Ready<Note> {
  // With the envelope's last brace, so that what goes out is a short head and this.
  const text = Buffer.from(`${JSON.stringify(data)}}`).toString('latin1');
  const etag = `W/"${createHash('sha1').update(text, 'latin1').digest('base64url')}"`;
  return { text, etag, note, goodUntil: askedAt + Math.min(goodForMs, LONGEST_MS) };
}

/** The headers of every such answer, beside its `etag`. */
export const READY_HEADERS = ['cache-control', 'private, no-cache'] as const;

/** Whether the client has it, by RFC 9110: what it names are tags, compared whether weak or not, or `*` for any. */
export function isKnownTo(headers: IncomingHttpHeaders, { etag }: { etag: string }): boolean {
  const known = headers['if-none-match'];
  if (known === undefined) return false;
  const [opaque = ''] = OPAQUE_TAG.exec(etag) ?? [];
  return known.trim() === '*' || known.matchAll(OPAQUE_TAGS).some(([tag]) => tag === opaque);
}
const OPAQUE_TAG = /"[^"]*"/;
const OPAQUE_TAGS = /"[^"]*"/g;

/** The envelope, a character a byte. */
export const readyText = (id: string, { message, ready }: Given) =>
  `{"message":"${message}","request_id":"${id}","status":"SUCCESS","data":${ready.text}`;

/**
 * Ready text in the envelope, or 304 where the client has it; whoever asks for the same URL next is answered in the
 * express lane. Typed as `never` because it stands for whatever the route's response schema describes.
 */
export function readyAnswer(request: FastifyRequest, reply: FastifyReply, given: Given): never {
  request.server.lane?.remember(request, given);
  reply.header(...READY_HEADERS).header('etag', given.ready.etag);
  if (isKnownTo(request.headers, given.ready)) {
    // Sent here, since an answer without a body has neither type nor length.
    return reply.code(304).send() as never;
  }
  reply.header('content-type', 'application/json; charset=utf-8');
  return Buffer.from(readyText(request.id, given), 'latin1') as never;
}
