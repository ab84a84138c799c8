import type { FastifyBaseLogger } from 'fastify';
import { Refusal, StartFault } from '../errors.ts';

/** Keeps private objects. The database keeps an object's URL alone, so everything but `put` starts from one. */
export type ObjectStore = {
  /** The URL to record. Throws STORE_UNAVAILABLE. */
  put(key: string, bytes: Buffer, contentType: string): Promise<string>;
  /** Ignores and logs an object of another store. An object that is gone already is no error. Throws STORE_UNAVAILABLE. */
  delete(url: string): Promise<void>;
  /** A link that opens the object for that time; undefined for a URL of another store. Throws STORE_UNAVAILABLE. */
  link(url: string, expiresInSeconds: number): Promise<Link | undefined>;
};
export type Link = { url: string; expiresAt: Date };
export type StoreLog = Pick<FastifyBaseLogger, 'warn'>;

/** Keys are ASCII and no longer than this. */
export const LONGEST_KEY = 100;
const LONGEST_URL = 255;

/** A base that leaves no room for a key in the database's column would refuse every picture: better say so at start. */
export function checkBase(base: string, variables: string): string {
  const room = LONGEST_URL - LONGEST_KEY;
  if (base.length <= room) return base;
  throw new StartFault(
    `${variables}: pictures' URLs would begin with ${base}, which is over ${room} characters`,
  );
}

export const storeUnavailable = (cause?: unknown) =>
  new Refusal(503, 'STORE_UNAVAILABLE', 'The picture store does not answer; try again shortly', {
    retryAfterSeconds: 5,
    cause,
  });
