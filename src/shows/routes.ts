import { Type } from 'typebox';
import { movieServiceUnavailable } from '../movies/movies.ts';
import { allow, Answer, type Routes } from '../platform/http/http.ts';
import type { Faults } from '../platform/process/faults.ts';
import type { Machine } from '../platform/process/machine.ts';
import type { Content } from '../platform/http/answer-cache.ts';
import { sendCached } from '../platform/http/send-cached.ts';
import { dateOutOfRange, showNotFound } from './errors.ts';
import { eventRoutes } from './event-routes.ts';
import { openProgrammeRoutes } from './programme-routes.ts';
import { findShow, readDay } from './queries.ts';
import type { ScheduleNeeds } from './schedule.ts';
import { scheduleRoutes } from './schedule-routes.ts';
import { firstChange } from './seat-map.ts';
import type { Seats } from './seats.ts';
import { DayQuery, SeatMap, Show, showOut, ShowParams, ShowQuery } from './shapes.ts';
import type { Watching } from './watching.ts';

export type ShowNeeds = ScheduleNeeds & {
  seats: Seats;
  watching: Watching;
  machine: Machine;
  faults: Faults;
};

const tags = ['shows'];
const onRequest = allow();

export const showRoutes: Routes<ShowNeeds> = (app, needs) => {
  scheduleRoutes(app, needs);
  dayRoute(app, needs);
  oneShowRoutes(app, needs);
  eventRoutes(app, needs);
  openProgrammeRoutes(app, needs);
};

const dayRoute: Routes<ShowNeeds> = (app, { pool, movies, zone, seats }) => {
  const readDayOut = async (date: string | undefined): Promise<Content<{ inReach: boolean }>> => {
    const { shows, inReach, changesInMs } = await readDay(pool, date, zone);
    const data = await Promise.all(shows.map(async (show) => showOut(show, await movies.find(show.movieId))));
    return { data, facts: { inReach }, validForMs: firstChange([changesInMs]) };
  };

  app.get(
    '/shows',
    {
      onRequest,
      schema: {
        summary: 'Shows of a day',
        tags,
        querystring: DayQuery,
        response: { 200: Answer(Type.Array(Show)) },
        refusals: [dateOutOfRange(), movieServiceUnavailable()],
      },
    },
    async (request, reply) => {
      const { date } = request.query;
      const answer = await seats.days.get(date ?? 'today', () => readDayOut(date));
      if (request.user.role === 'customer' && !answer.facts.inReach) throw dateOutOfRange();
      sendCached(request, reply, { answer, message: 'Shows retrieved successfully' });
    },
  );
};

const oneShowRoutes: Routes<ShowNeeds> = (app, { pool, movies, seats }) => {
  app.get(
    '/show',
    {
      onRequest,
      schema: {
        summary: 'One show',
        tags,
        querystring: ShowQuery,
        response: { 200: Answer(Show) },
        refusals: [showNotFound(1), movieServiceUnavailable()],
      },
    },
    async ({ query: { id } }) => {
      const show = await findShow(pool, id);
      if (!show) throw showNotFound(id);
      return {
        message: 'Show fetched successfully',
        data: showOut(show, await movies.find(show.movieId)),
      };
    },
  );

  app.get(
    '/shows/:show_id/seat-map',
    {
      onRequest,
      schema: {
        summary: 'Seat map of a show',
        tags,
        params: ShowParams,
        response: { 200: Answer(SeatMap) },
        refusals: [showNotFound(1)],
      },
    },
    async (request, reply) => {
      const { show_id: id } = request.params;
      const answer = await seats.findMap(id);
      sendCached(request, reply, { answer, message: 'Seat map retrieved successfully' });
    },
  );
};
