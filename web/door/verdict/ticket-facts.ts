/** What a scanned text says of itself. Only the server knows whether that is true. */
export type TicketFacts = {
  id: number;
  movie: string;
  /** YYYY-MM-DD and HH:MM, the cinema's. */
  date: string;
  time: string;
  seats: readonly string[];
};

/** Reads a ticket's lines; none where the text does not have them. */
export function readFacts(ticket: string): TicketFacts | undefined {
  const lines = ticket.split(/\r\n?|\n/);
  const id = /SKYFOX BOOKING #(\d{1,15})$/.exec(lines[0]?.trim() ?? '')?.[1];
  const [movie, date, time, seats] = ['Movie', 'Date', 'Time', 'Seats'].map((name) => valueOf(lines, name));
  const clock = hoursOf(time ?? '');
  if (id === undefined || !isDate(date) || clock === undefined) return undefined;
  return { id: Number(id), movie: movie ?? '', date, time: clock, seats: seats?.split(', ') ?? [] };
}

const valueOf = (lines: readonly string[], name: string): string | undefined =>
  lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);

const isDate = (text: string | undefined): text is string => /^\d{4}-\d\d-\d\d$/.test(text ?? '');

/** `04:30 PM` as `16:30`. */
function hoursOf(text: string): string | undefined {
  const [, hours, minutes, half] = /^(\d\d):(\d\d) (AM|PM)$/.exec(text) ?? [];
  if (hours === undefined) return undefined;
  const ofDay = (Number(hours) % 12) + (half === 'PM' ? 12 : 0);
  return `${String(ofDay).padStart(2, '0')}:${minutes}`;
}

type Place = Pick<TicketFacts, 'date' | 'time'>;
type ShowAt = { date: string; slot: { startTime: string } };

/** Whether a ticket says that it is for this show. */
export const isFor = ({ date, time }: Place, show: ShowAt): boolean =>
  date === show.date.slice(0, 10) && time === show.slot.startTime.slice(0, 5);
