import { Readable } from 'node:stream';
import type { Pool } from '../platform/database/db.ts';
import { bookingLines, headings, type BookingFilter, type BookingFormat } from './booking-lines.ts';

// About 100 KB of text: large enough for the round trip not to count, small enough for no other request to wait.
const LINES_A_READ = 1_000;
const READ_AHEAD_BYTES = 256 * 1024;

/**
 * The bookings as CSV, read from the database only as fast as the client reads. Destroying the stream ends the statement;
 * an error of the database destroys it, so that half a file never passes for a whole one.
 */
export function bookingFile(reports: Pool, wanted: BookingFilter & BookingFormat): Readable {
  const cursor = reports.cursor<[line: string]>(bookingLines(wanted));
  let start = headings(wanted);

  async function readOn(file: Readable): Promise<void> {
    const lines = await cursor.read(LINES_A_READ);
    const text = start + lines.map(([line]) => `${line}\n`).join('');
    start = '';
    if (text !== '') file.push(text);
    if (lines.length < LINES_A_READ) file.push(null);
  }

  async function end(done: () => void): Promise<void> {
    await cursor.close().catch(() => undefined);
    done();
  }

  return new Readable({
    highWaterMark: READ_AHEAD_BYTES,
    read() {
      readOn(this).catch((error: Error) => this.destroy(error));
    },
    destroy(error, done) {
      void end(() => done(error));
    },
  });
}
