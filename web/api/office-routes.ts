import { call } from './call.ts';
import type * as Api from './types.ts';

export type Schedule = Api.Admin.GetAdminProgramme.ResponseBody['data'];
export type ScheduledShow = Schedule['shows'][number];
export type Slot = Schedule['slots'][number];
export type Movie = Api.Show.GetShowMovies.ResponseBody['data'][number];
export type NewShow = { movieId: string; date: string; slotId: number; cost: string };
/** The same parameters mean the same bookings for revenue and for the export. */
export type Span = {
  from: string;
  to: string;
  movie_id?: string | undefined;
  slot_id?: number | undefined;
  genre?: string | undefined;
};
export type Revenue = Api.Revenue.GetRevenue.ResponseBody['data'];

const asUser = true;

/** The shows of so many days, 31 at most. */
export const readSchedule = (from: string, days: number, signal?: AbortSignal) =>
  call<Schedule>('/admin/programme', { query: { from, days }, asUser, signal });
export const readMovies = (signal?: AbortSignal) => call<Movie[]>('/show/movies', { asUser, signal });
export const scheduleShow = (show: NewShow) =>
  call<{ id: number }>('/show', { method: 'POST', body: show, asUser });
export const readDailyRevenue = (span: Span, signal?: AbortSignal) =>
  call<Revenue>('/revenue', { query: { timeframe: 'daily', ...span }, asUser, signal });
