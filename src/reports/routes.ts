import { pipeline, type Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import { Type } from 'typebox';
import { isHead, nothing } from '../platform/http/head.ts';
import { allow, Answer, type Routes } from '../platform/http/http.ts';
import type { Log } from '../platform/log.ts';
import type { Pool } from '../platform/database/db.ts';
import { createMonthCloser } from './close-months.ts';
import { monthName, readMonth, readYear } from './calendar.ts';
import { invalidMonth, invalidYear } from './errors.ts';
import { createExports } from './exports.ts';
import { readQuestion } from './question.ts';
import { revenue, type RevenueNeeds } from './revenue.ts';

const Optional = (description: string, example?: string) =>
  Type.Optional(Type.String({ description, ...(example !== undefined && { examples: [example] }) }));
const RevenueQuery = Type.Object({
  timeframe: Optional('daily, weekly, monthly, yearly or all; with month or year only all', 'monthly'),
  month: Optional('1-12'),
  year: Optional('Four digits'),
  movie_id: Optional('As in GET /show/movies'),
  slot_id: Optional('As in GET /slot-all'),
  genre: Optional("A part of the movie's genres", 'Drama'),
});
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
  month: Optional('1-12', '4'),
  year: Optional('Four digits', '2025'),
  excel: Optional(
    '`true`: for Excel, with a byte order mark, and telephone numbers as `="0123456789"` so that they keep their zeros',
    'true',
  ),
});

export type ReportNeeds = RevenueNeeds & { pool: Pool; log: Log };

export const reportRoutes: Routes<ReportNeeds> = (app, needs) => {
  const { pool, reports, zone, log } = needs;
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
      },
    },
    async ({ query, headers, raw }, reply) => {
      const month = readMonth(query.month, invalidMonth);
      const year = readYear(query.year, invalidYear);
      const excel = query.excel === 'true';
      const file = isHead(raw) ? nothing() : await exports.open({ month, year, zone, excel }, reply.raw);
      reply.header('content-type', 'text/csv; charset=utf-8');
      reply.header('content-disposition', `attachment; filename="${fileName(month, year)}"`);
      reply.header('vary', [reply.getHeader('vary') ?? [], 'Accept-Encoding'].flat().join(', '));
      if (!acceptsGzip(headers['accept-encoding'])) return reply.send(file);
      reply.header('content-encoding', 'gzip');
      return reply.send(gzip(file));
    },
  );
};

const fileName = (month: number | undefined, year: number | undefined) =>
  `${['bookings', month && monthName(month), year].filter(Boolean).join('_')}.csv`;

/** Whether gzip is named, or any coding is welcome, and not with a quality of 0. */
const acceptsGzip = (accepted = '') =>
  accepted.split(',').some((coding) => /^\s*(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(coding));

// Most of what compressing saves, in a fraction of its time; whoever ends one of the two ends both.
const gzip = (file: Readable) =>
  pipeline(file, createGzip({ level: constants.Z_BEST_SPEED }), () => undefined);
