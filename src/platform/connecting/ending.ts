import type { Socket } from 'node:net';
import type pg from 'pg';

type Ended = (error: Error) => void;

const PATIENCE_MS = 1_000;

/**
 * The same client, whose connection ends within a second. The driver says goodbye and waits until the server hangs up. A
 * server that stands still never does, and a pool, or the process, would not end.
 */
export function endingClient(Client: typeof pg.Client): typeof pg.Client {
  return class extends Client {
    override end(): Promise<void>;
    override end(callback: Ended): void;
    override end(callback?: Ended): Promise<void> | void {
      const { connection } = this as unknown as { connection: { stream: Socket } };
      const timer = setTimeout(() => connection.stream.destroy(), PATIENCE_MS).unref();
      this.once('end', () => clearTimeout(timer));
      return callback ? super.end(callback) : super.end();
    }
  };
}
