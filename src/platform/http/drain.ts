import type { App } from './http.ts';

const LOOK_MS = 25;

/**
 * On closing, lets what is being answered finish and then hangs up on everybody. Node by itself would wait for clients
 * that have connected and said nothing yet, as browsers do, until the time for their first request is over.
 */
export function drainOnClose(app: App, answering: () => number): void {
  app.addHook('preClose', (done) => {
    let wasQuiet = false;
    const timer = setInterval(() => {
      const isQuiet = answering() === 0;
      if (isQuiet && wasQuiet) {
        clearInterval(timer);
        app.server.closeAllConnections();
      }
      wasQuiet = isQuiet;
    }, LOOK_MS);
    done();
  });
}
