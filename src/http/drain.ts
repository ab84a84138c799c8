import type { App } from './http.ts';

const LOOK_MS = 25;

/**
 * On closing, lets what is being answered finish and then hangs up on everybody. Node by itself would wait for clients
 * that have connected and said nothing yet, as browsers do, until the time for their first request is over.
 */
export function drainOnClose(app: App): void {
  let inFlight = 0;
  app.addHook('onRequest', (_request, reply, done) => {
    inFlight += 1;
    // Fastify's onResponse is not called for a stream whose client has gone.
    reply.raw.once('close', () => (inFlight -= 1));
    done();
  });
  app.addHook('preClose', (done) => {
    let wasQuiet = false;
    const timer = setInterval(() => {
      const isQuiet = inFlight === 0;
      if (isQuiet && wasQuiet) {
        clearInterval(timer);
        app.server.closeAllConnections();
      }
      wasQuiet = isQuiet;
    }, LOOK_MS);
    done();
  });
}
