import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { Pool } from '../platform/database/db.ts';
import { unavailable } from '../platform/errors.ts';
import { bookingFile } from './booking-file.ts';
import type { BookingFilter, BookingFormat } from './booking-lines.ts';

export type Exports = {
  /**
   * The file, once its first lines are there; it ends with the response it is meant for. Throws SERVICE_UNAVAILABLE,
   * also where too many others are being read.
   */
  open(wanted: BookingFilter & BookingFormat, response: ServerResponse): Promise<Readable>;
};

const PATIENCE_MS = 20_000;
const RETRY_AFTER_SECONDS = 10;
// A client that reads nothing for this time has gone, and its statement keeps the database from cleaning up.
const STALL_MS = 60_000;

/** Exports have all connections of the pool but one, which is left for the other reports. */
export function createExports(reports: Pool): Exports {
  let free = Math.max(1, reports.counts().max - 1);
  const waiting = new Set<() => void>();

  async function takeTurn(response: ServerResponse): Promise<void> {
    if (free > 0) {
      free -= 1;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = () => {
      waiting.delete(resolve);
      reject(unavailable(undefined, RETRY_AFTER_SECONDS));
    };
    const timer = setTimeout(giveUp, PATIENCE_MS);
    response.once('close', giveUp);
    waiting.add(resolve);
    await promise.finally(() => {
      clearTimeout(timer);
      response.off('close', giveUp);
    });
  }

  function giveTurn(): void {
    const [next] = waiting;
    if (!next) {
      free += 1;
      return;
    }
    waiting.delete(next);
    next();
  }

  return {
    async open(wanted, response) {
      await takeTurn(response);
      // The reader gets errors too; this listener is for the moment before it reads.
      const file = bookingFile(reports, wanted).once('close', giveTurn).on('error', ignore);
      response.once('close', () => file.destroy());
      if (response.destroyed) file.destroy();
      response.setTimeout(STALL_MS, () => response.destroy());
      await Promise.race([once(file, 'readable'), once(file, 'close').then(gone)]);
      return file;
    },
  };
}

const ignore = () => undefined;

function gone(): never {
  throw unavailable();
}
