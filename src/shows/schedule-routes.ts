import { Type } from 'typebox';
import { movieServiceUnavailable } from '../movies/movies.ts';
import { allow, Answer, type Routes } from '../platform/http/http.ts';
import type { Content } from '../platform/http/answer-cache.ts';
import { sendCached } from '../platform/http/send-cached.ts';
import { readMoney } from '../platform/money.ts';
import { DateIn, Id, MoneyIn, Text } from '../platform/validation/fields.ts';
import { readSchedule } from './schedule-view.ts';
import { invalidCost, invalidMovie, invalidSlot, pastDatetime, slotNotAvailable } from './errors.ts';
import { listFreeSlots, listSlots, type SlotRow } from './queries.ts';
import { schedule, type ScheduleNeeds } from './schedule.ts';
import type { Seats } from './seats.ts';
import { ScheduleQuery, Show, Slot, slotOut, SlotQuery } from './shapes.ts';

const NewShow = Type.Object({
  movieId: Type.Optional(Text('MovieID', { example: 'tt0111161' })),
  date: DateIn('Date', { example: '2030-01-31' }),
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

const Schedule = Type.Object({
  from: Type.String({ format: 'date' }),
  today: Type.String({ format: 'date', description: 'The day in the cinema, whose clock counts' }),
  now: Type.String({ examples: ['2030-01-31T16:30:00'], description: 'The time on the clock of the cinema' }),
  seats: Type.Integer({ description: 'How many seats a show has, taken or free' }),
  slots: Type.Array(Slot),
  shows: Type.Array(
    Type.Object({
      ...Show.properties,
      sold: Type.Integer({
        description: 'Seats that are paid for; those neither sold nor available are held',
      }),
    }),
  ),
});

type Needs = ScheduleNeeds & { seats: Seats };

const tags = ['shows'];
const onRequest = allow('admin');

/** What admins make the programme with. */
export const scheduleRoutes: Routes<Needs> = (app, needs) => {
  slotRoutes(app, needs);
  scheduleRoute(app, needs);
  scheduledRoute(app, needs);
};

const slotRoutes: Routes<Needs> = (app, needs) => {
  const answer = { 200: Answer(Type.Array(Slot)) };

  const { slots } = needs.seats;
  const slotsOut = async (rows: Promise<SlotRow[]>): Promise<Content> => ({
    data: (await rows).map(slotOut),
    facts: undefined,
  });

  app.get(
    '/slot-all',
    { onRequest, schema: { summary: 'All slots', tags, response: answer } },
    async (request, reply) => {
      const answer = await slots.get('all', () => slotsOut(listSlots(needs.pool)));
      sendCached(request, reply, { answer, message: 'Slots retrieved successfully' });
    },
  );

  app.get(
    '/slot',
    { onRequest, schema: { summary: 'Free slots of a day', tags, querystring: SlotQuery, response: answer } },
    async (request, reply) => {
      const { date } = request.query;
      const answer = await slots.get(date ?? 'today', () =>
        slotsOut(listFreeSlots(needs.pool, date, needs.zone)),
      );
      sendCached(request, reply, { answer, message: 'Available slots retrieved successfully' });
    },
  );
};

const scheduleRoute: Routes<Needs> = (app, needs) => {
  for (const [path, deprecated] of [
    ['/show', false],
    ['/shows', true],
  ] as const) {
    app.post(
      path,
      {
        onRequest,
        schema: {
          summary: 'Schedule a show',
          tags,
          deprecated,
          body: NewShow,
          response: { 201: Answer(Scheduled) },
          refusals: [
            invalidCost('be greater than 0'),
            invalidSlot(),
            pastDatetime(),
            slotNotAvailable('2030-01-31'),
            invalidMovie(),
            movieServiceUnavailable(),
          ],
        },
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

const scheduledRoute: Routes<Needs> = (app, needs) => {
  app.get(
    '/admin/programme',
    {
      onRequest,
      schema: {
        summary: 'The shows of some days, past or to come, with their occupancy',
        tags,
        querystring: ScheduleQuery,
        response: { 200: Answer(Schedule) },
      },
    },
    async ({ query: { from, days = 7 } }) => ({
      message: 'Programme retrieved successfully',
      data: await readSchedule(needs, { from, days }),
    }),
  );
};
