import { Type } from 'typebox';
import { movieServiceUnavailable } from '../movies/movies.ts';
import { isHead, nothing } from '../platform/http/head.ts';
import { Answer, type Routes } from '../platform/http/http.ts';
import { sendCached } from '../platform/http/send-cached.ts';
import type { Faults } from '../platform/process/faults.ts';
import { dateOutOfRange, tooManyListeners } from './errors.ts';
import { createFreeSeats } from './free-seats.ts';
import { createProgramme, readFreeSeats, type ProgrammeNeeds } from './programme.ts';
import { DayQuery, Show } from './shapes.ts';

const Programme = Type.Object({
  date: Type.String({ format: 'date' }),
  today: Type.String({ format: 'date', description: 'The day in the cinema, whose clock counts' }),
  shows: Type.Array(
    Type.Object({
      ...Show.properties,
      startsAt: Type.String({ format: 'date-time' }),
      started: Type.Boolean({ description: 'Whether its seats can no longer be booked' }),
      seats: Type.Integer({ description: 'How many there are, taken or free' }),
    }),
  ),
});

/** The programme of this week for readers without a login, without data about customers or single seats. */
export const openProgrammeRoutes: Routes<ProgrammeNeeds & { faults: Faults }> = (app, needs) => {
  const { pool, zone, seats, faults } = needs;
  const readDay = createProgramme(needs, app.log);
  const freeSeats = createFreeSeats({ read: () => readFreeSeats(pool, zone), seats, faults });
  app.addHook('preClose', async () => freeSeats.close());
  const tags = ['shows'];

  app.get(
    '/programme',
    {
      schema: {
        summary: 'Shows of a day, without a login',
        tags,
        querystring: DayQuery,
        response: { 200: Answer(Programme) },
        refusals: [dateOutOfRange(), movieServiceUnavailable()],
      },
    },
    async (request, reply) => {
      const answer = await readDay(request.query.date);
      sendCached(request, reply, { answer, message: 'Programme retrieved successfully', isPublic: true });
    },
  );

  app.get(
    '/programme/events',
    {
      schema: {
        summary: 'Free seats of each show as they change, without a login (server-sent events)',
        tags,
        produces: ['text/event-stream'],
        refusals: [tooManyListeners()],
      },
    },
    async (request, reply) => {
      reply.headers({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
      return reply.send(isHead(request.raw) ? nothing() : await freeSeats.open());
    },
  );
};
