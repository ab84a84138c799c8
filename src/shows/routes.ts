import { Type } from 'typebox';
import type { Movie } from '../movies/movies.ts';
import { isDate, readId } from '../platform/dates.ts';
import { Refusal } from '../platform/errors.ts';
import { allow, Answer, type Identity, type Routes } from '../http/http.ts';
import type { Machine } from '../platform/machine.ts';
import { moneyOut, readMoney } from '../platform/money.ts';
import { readyAnswer, type Fresh } from '../http/ready-answers.ts';
import { Id, MoneyIn, Text } from '../http/validation.ts';
import { dateOutOfRange, invalidDate, invalidShowId, showNotFound, tooManyStreams } from './errors.ts';
import { findShow, listFreeSlots, listSlots, readDay, type ShowRow, type SlotRow } from './queries.ts';
import { schedule, type ScheduleNeeds } from './schedule.ts';
import { firstChange, readSeatMap, type Seats } from './seats.ts';
import type { Watching } from './watching.ts';

const Slot = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  startTime: Type.String({ examples: ['08:30:00.000000'] }),
  endTime: Type.String({ examples: ['11:30:00.000000'] }),
});
const Show = Type.Object({
  movie: Type.Object({
    movieId: Type.String(),
    name: Type.String(),
    duration: Type.String({ examples: ['1h53m0s'] }),
    plot: Type.String(),
    imdbRating: Type.String(),
    moviePoster: Type.String(),
    genre: Type.String(),
  }),
  slot: Slot,
  id: Type.Integer(),
  date: Type.String({ format: 'date-time' }),
  cost: Type.Number(),
  availableseats: Type.Integer(),
});
const Seat = Type.Object({
  column: Type.String({ examples: ['1'] }),
  occupied: Type.Boolean(),
  price: Type.String({ examples: ['208.97'] }),
  seat_number: Type.String({ examples: ['A1'] }),
  type: Type.String({ examples: ['Standard'] }),
});
const SeatMap = Type.Object({ seat_map: Type.Record(Type.String(), Type.Array(Seat)) });
const NewShow = Type.Object({
  movieId: Type.Optional(Text('MovieID', { example: 'tt0111161' })),
  date: Text('Date', { rule: { message: 'Invalid value', test: isDate }, example: '2030-01-31' }),
  slotId: Type.Optional(Id('SlotID')),
  cost: Type.Optional(MoneyIn('Cost')),
});
const Scheduled = Type.Object({
  id: Type.Integer(),
  movie: Type.String(),
  slot: Slot,
  date: Type.String({ format: 'date' }),
  cost: Type.Number(),
});
const DayQuery = Type.Object({
  date: Type.Optional(
    Type.String({
      format: 'date',
      description: 'Today if absent; of customers today to the sixth day from it',
    }),
  ),
});
const ShowQuery = Type.Object({ id: Type.Optional(Type.String({ examples: ['1'] })) });
const ShowParams = Type.Object({ show_id: Type.String({ examples: ['1'] }) });
const DateQuery = Type.Object({ date: Type.Optional(Type.String({ examples: ['2030-01-31'] })) });

export type ShowNeeds = ScheduleNeeds & { seats: Seats; watching: Watching; machine: Machine };

export const showRoutes: Routes<ShowNeeds> = (app, needs) => {
  scheduleRoutes(app, needs);
  programmeRoutes(app, needs);
  eventRoutes(app, needs);
};

const programmeRoutes: Routes<ShowNeeds> = (app, { pool, movies, zone, seats }) => {
  const tags = ['shows'];
  const onRequest = allow();

  const readDayOut = async (date: string | undefined): Promise<Fresh<{ inReach: boolean }>> => {
    const { shows, inReach, changesInMs } = await readDay(pool, date, zone);
    const data = await Promise.all(shows.map(async (show) => showOut(show, await movies.find(show.movieId))));
    return { data, note: { inReach }, goodForMs: firstChange([changesInMs]) };
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
      },
    },
    async (request, reply) => {
      const date = dateOf(request.query.date);
      const ready = await seats.days.get(date ?? 'today', () => readDayOut(date));
      const admits = ({ role }: Identity) => role !== 'customer' || ready.note.inReach;
      if (!admits(request.user)) throw dateOutOfRange();
      return readyAnswer(request, reply, { ready, admits, message: 'Shows retrieved successfully' });
    },
  );

  app.get(
    '/show',
    {
      onRequest,
      schema: { summary: 'One show', tags, querystring: ShowQuery, response: { 200: Answer(Show) } },
    },
    async ({ query }) => {
      const id = readId(query.id);
      if (id === undefined) throw badShowId(query.id, 'Show id must be a valid integer');
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
      schema: { summary: 'Seat map of a show', tags, params: ShowParams, response: { 200: Answer(SeatMap) } },
    },
    async (request, reply) => {
      const id = readId(request.params.show_id);
      if (id === undefined) throw badShowId(request.params.show_id, 'Show ID must be a valid integer');
      const ready = await seats.maps.get(id, () => readSeatMap(pool, id));
      return readyAnswer(request, reply, { ready, message: 'Seat map retrieved successfully' });
    },
  );
};

const MOST_STREAMS = 5;

/** Seat maps as they change, for browsers' EventSource: api.md. */
const eventRoutes: Routes<ShowNeeds> = (app, { watching, machine }) => {
  // Streams do not end by themselves, and the server waits for what is under way.
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
      },
    },
    async (request, reply) => {
      const id = readId(request.params.show_id);
      if (id === undefined) throw badShowId(request.params.show_id, 'Show ID must be a valid integer');
      const { username, expiresAt } = request.user;
      if (!(await machine.ask('stream opens', { username, most: MOST_STREAMS }))) throw tooManyStreams();
      const leave = () => void machine.ask('stream closes', { username }).catch(() => undefined);
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
      reply.headers({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' }).send(events);
      return reply;
    },
  );
};

const scheduleRoutes: Routes<ShowNeeds> = (app, needs) => {
  const tags = ['shows'];
  const onRequest = allow('admin');
  const slots = { 200: Answer(Type.Array(Slot)) };

  app.get('/slot-all', { onRequest, schema: { summary: 'All slots', tags, response: slots } }, async () => ({
    message: 'Slots retrieved successfully',
    data: (await listSlots(needs.pool)).map(slotOut),
  }));

  app.get(
    '/slot',
    { onRequest, schema: { summary: 'Free slots of a day', tags, querystring: DateQuery, response: slots } },
    async ({ query }) => ({
      message: 'Available slots retrieved successfully',
      data: (await listFreeSlots(needs.pool, dateOf(query.date), needs.zone)).map(slotOut),
    }),
  );

  for (const path of ['/show', '/shows']) {
    app.post(
      path,
      {
        onRequest,
        schema: { summary: 'Schedule a show', tags, body: NewShow, response: { 201: Answer(Scheduled) } },
      },
      async ({ body }, reply) => {
        const { movieId = '', slotId = 0, date } = body;
        const made = await schedule(needs, { movieId, slotId, date, cost: readMoney(body.cost) });
        await needs.seats.changed({ showId: made.id, date });
        reply.code(201);
        return { message: 'Show created successfully', data: { ...made, slot: slotOut(made.slot) } };
      },
    );
  }
};

function dateOf(text: string | undefined): string | undefined {
  if (!text) return undefined;
  if (!isDate(text)) throw invalidDate();
  return text;
}

// A whole number that no id can have is one that nobody has found; other text is no number.
const badShowId = (text: string | undefined, message: string) =>
  /^[+-]?\d+$/.test(text ?? '') ? showNotFound(text ?? '') : invalidShowId(message);

const slotOut = ({ slotId, slotName, startTime, endTime }: SlotRow) => ({
  id: slotId,
  name: slotName,
  startTime,
  endTime,
});

const showOut = (show: ShowRow, movie: Movie | undefined) => ({
  movie: {
    movieId: show.movieId,
    name: movie?.name ?? show.movieId,
    duration: movie?.duration ?? '',
    plot: movie?.plot ?? '',
    imdbRating: movie?.imdbRating ?? '',
    moviePoster: movie?.poster ?? '',
    genre: movie?.genre ?? '',
  },
  slot: slotOut(show),
  id: show.id,
  date: `${show.date}T00:00:00Z`,
  cost: moneyOut(show.cost),
  availableseats: show.free,
});
