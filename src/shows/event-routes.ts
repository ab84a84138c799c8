import { Refusal } from '../platform/errors.ts';
import { isHead, nothing } from '../platform/http/head.ts';
import { allow, type Routes } from '../platform/http/http.ts';
import type { Machine } from '../platform/process/machine.ts';
import { showNotFound, tooManyStreams } from './errors.ts';
import { ShowParams } from './shapes.ts';
import { STREAM_CLOSES, STREAM_OPENS } from './streams.ts';
import type { Watching } from './watching.ts';

const MOST_STREAMS = 5;
const HEADERS = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' };

/** Seat maps as they change, for browsers' EventSource: api.md. */
export const eventRoutes: Routes<{ watching: Watching; machine: Machine }> = (app, { watching, machine }) => {
  // Streams do not end by themselves, and the server waits for what is under way.
  let lastId = 0;
  app.addHook('preClose', async () => watching.close());
  app.get(
    '/shows/:show_id/seat-map/events',
    {
      onRequest: allow(),
      schema: {
        summary: 'Seat map as it changes (server-sent events)',
        tags: ['shows'],
        params: ShowParams,
        produces: ['text/event-stream'],
        refusals: [showNotFound(1), tooManyStreams()],
      },
    },
    async (request, reply) => {
      const { show_id: id } = request.params;
      const { username, expiresAt } = request.user;
      lastId += 1;
      const streamId = lastId;
      const leave = () => void machine.ask(STREAM_CLOSES, { id: streamId }).catch(() => undefined);
      const mayOpen = await machine
        .ask(STREAM_OPENS, { id: streamId, username, most: MOST_STREAMS })
        .catch((error: unknown) => {
          // The primary may count it later.
          leave();
          throw error;
        });
      if (!mayOpen) throw tooManyStreams();
      if (isHead(request.raw)) {
        await watching.find(id).finally(leave);
        return reply.headers(HEADERS).send(nothing());
      }
      const isLive = () =>
        Promise.resolve(request.headers.authorization)
          .then((header) => request.server.identify(header))
          .then(() => true)
          .catch((error: unknown) => !(error instanceof Refusal) || error.status !== 401);
      const events = await watching
        .open(id, { endsInMs: expiresAt.getTime() - Date.now(), isLive })
        .catch((error: unknown) => {
          leave();
          throw error;
        });
      events.once('close', leave);
      return reply.headers(HEADERS).send(events);
    },
  );
};
