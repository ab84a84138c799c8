import type { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import pg from 'pg';

/** The parts of the driver's connection that this file uses. The driver has no types for them. */
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

/**
 * Errors that do not depend on encryption: wrong password, no such database, too many connections, starting.
 */
const SAME_EITHER_WAY = new Set(['28P01', '3D000', '53300', '57P03']);

/**
 * `sslmode` prefer and allow, which the driver does not know. Each connection negotiates for itself, since
 * after a fail-over another server may answer. A server without TLS answers the request for TLS with one
 * byte, and the same connection goes on unencrypted. If the handshake or the server's pg_hba.conf refuses one
 * way, the other is tried once.
 */
class NegotiatedLine extends PlainLine {
  readonly #tls: ConnectionOptions;
  #where: [port: number | string, host?: string] = [0];
  #lines: Socket[] = [];
  #isAnswered = false;

  constructor({ tls, begins }: Negotiation, keepAlive: boolean | undefined) {
    super({ ssl: begins === 'encrypted' ? tls : false, keepAlive });
    this.#tls = tls;
    this.emit = (event: string, ...args: unknown[]) => this.#emitUntilAuthenticated(event, args);
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
    this.#stopNegotiating();
    this.ssl = false;
    this.attachListeners(this.stream);
    this.emit('sslconnect');
  }

  /** The client always asks for TLS; this connection decides whether to request it. */
  override requestSsl(): void {
    if (this.ssl) super.requestSsl();
    else this.emit('sslconnect');
  }

  /**
   * Intercepts events only until authentication. A connection in use emits thousands of rows and needs the
   * fast path.
   */
  #emitUntilAuthenticated(event: string, args: unknown[]): boolean {
    if (event === 'authenticationOk') this.#stopNegotiating();
    if (this._ending || !this.#isRefusal(event, args[0])) return super.emit(event, ...args);
    this.#tryOtherWay();
    return true;
  }

  /** Ends the negotiation: no other way is tried. */
  #stopNegotiating(): void {
    this.emit = super.emit;
  }

  #isRefusal(event: string, message: unknown): boolean {
    if (event === 'error') return this.#isAnswered;
    return event === 'errorMessage' && !SAME_EITHER_WAY.has(String((message as pg.DatabaseError).code));
  }

  #tryOtherWay(): void {
    this.#stopNegotiating();
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

/** The driver's client on such connections. */
export function negotiatingClient(negotiation: Negotiation): typeof pg.Client {
  return class extends pg.Client {
    constructor(config: pg.ClientConfig = {}) {
      const connection = new NegotiatedLine(negotiation, config.keepAlive);
      super({ ...config, ssl: negotiation.tls, connection } as pg.ClientConfig);
    }
  };
}
