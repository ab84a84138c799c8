import type { Socket } from 'node:net';
import type pg from 'pg';

type Opened = Parameters<pg.Client['connect']>[0];
type Ended = (error: Error) => void;

const PATIENCE_MS = 1_000;

/**
 * The same client, whose connection ends within a second, also where it could not be opened. The driver says goodbye and
 * waits until the server hangs up, and of a refusal it leaves the socket to the server. A server that stands still never
 * hangs up, and a pool, or the process, would not end.
 */
export function endingClient(Client: typeof pg.Client): typeof pg.Client {
  return class extends Client {
    override connect(): Promise<pg.Client>;
    override connect(callback: Opened): void;
    override connect(callback?: Opened): Promise<pg.Client> | void {
      if (!callback) return super.connect().catch((error: unknown) => Promise.reject(this.#endAfter(error)));
      super.connect((error: Error | null) => {
        if (error) this.#endAfter(error);
        (callback as (error: Error | null, client: pg.Client) => void)(error, this);
      });
    }

    override end(): Promise<void>;
    override end(callback: Ended): void;
    override end(callback?: Ended): Promise<void> | void {
      const { connection } = this as unknown as { connection: { stream: Socket } };
      const timer = setTimeout(() => connection.stream.destroy(), PATIENCE_MS).unref();
      this.once('end', () => clearTimeout(timer));
      return callback ? super.end(callback) : super.end();
    }

    #endAfter(error: unknown): unknown {
      void this.end();
      return error;
    }
  };
}
