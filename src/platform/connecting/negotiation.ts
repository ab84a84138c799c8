import type { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import pg from 'pg';

/** What is used here of the driver's connection, for which it has no types. */
type Line = EventEmitter & {
  stream: Socket;
  ssl: ConnectionOptions | false;
  _ending: boolean;
  connect(port: number | string, host?: string): void;
  attachListeners(stream: Socket): void;
  requestSsl(): void;
};
type LineOptions = { ssl: ConnectionOptions | false; keepAlive?: boolean | undefined };
export type Negotiation = { tls: ConnectionOptions; begins: 'openly' | 'encrypted' };
const PlainLine = pg.Connection as unknown as new (options: LineOptions) => Line;

/** Answers that the server would give to any connection: wrong password, no such database, full, starting. */
const SAME_EITHER_WAY = new Set(['28P01', '3D000', '53300', '57P03']);

/**
 * `sslmode` prefer and allow, which the driver does not know. Each connection finds out for itself, since after a fail-over
 * another server may answer: asked for TLS, one that has none says so in a byte, and the same connection goes on openly.
 * Where the handshake, or the server's pg_hba.conf, refuses the one way, the other is tried once.
 */
class NegotiatedLine extends PlainLine {
  readonly #tls: ConnectionOptions;
  #where: [port: number | string, host?: string] = [0];
  #lines: Socket[] = [];
  #isAnswered = false;

  constructor({ tls, begins }: Negotiation, keepAlive: boolean | undefined) {
    super({ ssl: begins === 'encrypted' ? tls : false, keepAlive });
    this.#tls = tls;
    this.emit = (event: string, ...args: unknown[]) => this.#emitUntilSettled(event, args);
  }

  override connect(...where: [port: number | string, host?: string]): void {
    this.#where = where;
    this.#lines = [this.stream];
    super.connect(...where);
    if (!this.ssl) return;
    const [negotiate] = this.stream.listeners('data');
    this.stream.removeAllListeners('data');
    this.stream.once('data', (answer: Buffer) => {
      this.#isAnswered = true;
      if (answer.toString('latin1') === 'N') this.#goOnOpenly();
      else negotiate?.call(this.stream, answer);
    });
  }

  #goOnOpenly(): void {
    this.#settle();
    this.ssl = false;
    this.attachListeners(this.stream);
    this.emit('sslconnect');
  }

  /** The client asks for TLS whenever it has a line; the line knows whether to. */
  override requestSsl(): void {
    if (this.ssl) super.requestSsl();
    else this.emit('sslconnect');
  }

  /** Until it is clear which way it is; a line in use emits thousands of rows, and goes by the usual one. */
  #emitUntilSettled(event: string, args: unknown[]): boolean {
    if (event === 'authenticationOk') this.#settle();
    if (this._ending || !this.#isRefusal(event, args[0])) return super.emit(event, ...args);
    this.#tryOtherWay();
    return true;
  }

  /** Nothing is tried any more. */
  #settle(): void {
    this.emit = super.emit;
  }

  #isRefusal(event: string, message: unknown): boolean {
    if (event === 'error') return this.#isAnswered;
    return event === 'errorMessage' && !SAME_EITHER_WAY.has(String((message as pg.DatabaseError).code));
  }

  #tryOtherWay(): void {
    this.#settle();
    for (const line of [...this.#lines, this.stream]) {
      line.removeAllListeners();
      line.on('error', () => undefined);
      line.destroy();
    }
    this.ssl = this.ssl ? false : this.#tls;
    this.stream = new Socket();
    this.connect(...this.#where);
  }
}

/** The driver's client on such lines. */
export function negotiatingClient(negotiation: Negotiation): typeof pg.Client {
  return class extends pg.Client {
    constructor(config: pg.ClientConfig = {}) {
      const connection = new NegotiatedLine(negotiation, config.keepAlive);
      super({ ...config, ssl: negotiation.tls, connection } as pg.ClientConfig);
    }
  };
}
