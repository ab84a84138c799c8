import type { App } from './http.ts';

const LOOK_MS = 25;

/**
 * On closing, finishes the responses under way and then closes all connections, at the latest after `withinMs`: a client
 * that does not read would hold the program up for ever. Node alone would wait for connections that have sent nothing yet,
 * as browsers open them, until the time-out of their first request.
 */
export function drainOnClose(app: App, answering: () => number, withinMs: number): void {
  // Node takes a connection for idle whose answer is written, but not yet read, and would cut it.
  app.server.closeIdleConnections = () => undefined;
  app.addHook('preClose', (done) => {
    const endsAt = performance.now() + withinMs;
    let wasQuiet = false;
    const timer = setInterval(() => {
      const isQuiet = answering() === 0;
      if ((isQuiet && wasQuiet) || performance.now() >= endsAt) {
        clearInterval(timer);
        app.server.closeAllConnections();
      }
      wasQuiet = isQuiet;
    }, LOOK_MS);
    done();
  });
}
