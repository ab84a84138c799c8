import { write as writeFile, writeSync as writeFileSync } from 'node:fs';

/** Where lines go. What cannot be written, as the disk is full or the reader has gone, is lost and ends nobody. */
export type LogFile = {
  /** Writes all of it; `done` is called when it is written or lost. One at a time. */
  write(text: string, done: () => void): void;
  /** Whether it could be written. */
  writeSync(text: string): boolean;
};

// A pipe whose reader is slow says EAGAIN. One that has stopped costs an error line no more than this.
const RETRY_MS = 10;
const LONGEST_WAIT_MS = 1_000;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

export function openLogFile(fd: number): LogFile {
  const writeRest = (bytes: Buffer, done: () => void): void => {
    writeFile(fd, bytes, (error, written) => {
      if (error?.code === 'EAGAIN') setTimeout(writeRest, RETRY_MS, bytes, done);
      else if (error || written === bytes.length) done();
      else writeRest(bytes.subarray(written), done);
    });
  };
  return {
    write: (text, done) => writeRest(Buffer.from(text), done),
    writeSync(text) {
      let bytes = Buffer.from(text);
      for (let waitedMs = 0; bytes.length > 0 && waitedMs < LONGEST_WAIT_MS;) {
        try {
          bytes = bytes.subarray(writeFileSync(fd, bytes));
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return false;
          Atomics.wait(sleeper, 0, 0, RETRY_MS);
          waitedMs += RETRY_MS;
        }
      }
      return bytes.length === 0;
    },
  };
}
