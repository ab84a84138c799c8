import { pipeline, type Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import { Type } from 'typebox';
import { movieServiceUnavailable } from '../movies/movies.ts';
import { isHead, nothing } from '../platform/http/head.ts';
import { allow, Answer, type Routes } from '../platform/http/http.ts';
import type { Log } from '../platform/log.ts';
import type { Pool } from '../platform/database/db.ts';
import { FlagParameter, NumberParameter } from '../platform/validation/parameters.ts';
import { createMonthCloser } from './close-months.ts';
import { monthName } from './calendar.ts';
import { invalidMonth, invalidPeriod, invalidYear, timeframeIsCombined } from './errors.ts';
import { createExports } from './exports.ts';
import { findMovies } from './movie-filter.ts';
import { periodParameters, readPeriod, type Period } from './period.ts';
import { readQuestion, RevenueQuery, showParameters } from './question.ts';
import { revenue, type RevenueNeeds } from './revenue.ts';

const figures = {
  total_revenue: Type.Number(),
  mean_revenue: Type.Number(),
  median_revenue: Type.Number(),
  total_bookings: Type.Integer(),
  total_seats_booked: Type.Integer(),
};
const Revenue = Type.Object({
  ...figures,
  groups: Type.Array(Type.Object({ label: Type.String({ examples: ['2025-04'] }), ...figures })),
});
const ExportQuery = Type.Object({
  month: Type.Optional(NumberParameter({ invalid: invalidMonth, from: 1, to: 12, example: 4 })),
  year: Type.Optional(NumberParameter({ invalid: invalidYear, from: 1, to: 9_999, example: 2025 })),
  excel: Type.Optional(
    FlagParameter({
      description:
        '`true`: for Excel, with a byte order mark, and telephone numbers as `="0123456789"` so that they keep their zeros',
      example: true,
    }),
  ),
  from: Type.Optional(periodParameters.from),
  to: Type.Optional(periodParameters.to),
  ...showParameters,
});

export type ReportNeeds = RevenueNeeds & { pool: Pool; log: Log };

export const reportRoutes: Routes<ReportNeeds> = (app, needs) => {
  const { pool, reports, movies, zone, log } = needs;
  const months = createMonthCloser({ on: pool, zone, log });
  const exports = createExports(reports);

  app.get(
    '/revenue',
    {
      onRequest: allow('admin'),
      schema: {
        summary: 'Revenue, in groups named after the parameters in the order of the query',
        tags: ['reports'],
        querystring: RevenueQuery,
        response: { 200: Answer(Revenue) },
        refusals: [timeframeIsCombined(), invalidPeriod(), movieServiceUnavailable()],
      },
    },
    async ({ query }) => {
      const data = await revenue(needs, readQuestion(query));
      months.look();
      return { message: 'Revenue data fetched successfully', data };
    },
  );

  app.get(
    '/booking-csv',
    {
      onRequest: allow('admin', 'staff'),
      schema: {
        summary: 'Bookings as CSV',
        tags: ['reports'],
        querystring: ExportQuery,
        produces: ['text/csv'],
        refusals: [invalidPeriod(), movieServiceUnavailable()],
      },
    },
    async ({ query, headers, raw }, reply) => {
      const { month, year, movie_id: movieId, slot_id: slotId, genre, excel = false } = query;
      const period = readPeriod(query);
      const { movieIds } = await findMovies(movies, { movieId, genre });
      const wanted = { month, year, period, movieIds, slotId, zone, excel };
      const file = isHead(raw) ? nothing() : await exports.open(wanted, reply.raw);
      reply.header('content-type', 'text/csv; charset=utf-8');
      reply.header('content-disposition', `attachment; filename="${fileName({ month, year, period })}"`);
      reply.header('vary', [reply.getHeader('vary') ?? [], 'Accept-Encoding'].flat().join(', '));
      if (!acceptsGzip(headers['accept-encoding'])) return reply.send(file);
      reply.header('content-encoding', 'gzip');
      return reply.send(gzip(file));
    },
  );
};

type Span = { month: number | undefined; year: number | undefined; period: Period | undefined };

const fileName = ({ month, year, period }: Span) =>
  `${['bookings', month && monthName(month), year, period?.from, period?.to].filter(Boolean).join('_')}.csv`;

/** Whether gzip is named, or any coding is welcome, and not with a quality of 0. */
const acceptsGzip = (accepted = '') =>
  accepted.split(',').some((coding) => /^\s*(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(coding));

// The fastest level saves most of the size. `pipeline` ends both streams when one ends.
const gzip = (file: Readable) =>
  pipeline(file, createGzip({ level: constants.Z_BEST_SPEED }), () => undefined);
