export type Entry = { id: number; title: string; place: string; date: string; start: string; end: string };

/** An iCalendar file (RFC 5545). Times are without a zone: the cinema's clock on the wall. */
export function calendarFile({ id, title, place, date, start, end }: Entry): string {
  // A slot that ends at or after midnight ends on the next day.
  const endDate = end <= start ? nextDay(date) : date;
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//SkyFox//Tickets//EN',
    'BEGIN:VEVENT',
    `UID:booking-${id}@skyfox`,
    `DTSTAMP:${compact(date)}T000000Z`,
    `DTSTART:${compact(date)}T${compact(start)}`,
    `DTEND:${compact(endDate)}T${compact(end)}`,
    `SUMMARY:${escaped(title)}`,
    `LOCATION:${escaped(place)}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]
    .map(folded)
    .join('\r\n');
}

/** `2026-04-27` or `16:30:00.000000`, without what stands between. */
const compact = (text: string) => text.slice(0, 10).replace(/\..*$/, '').replaceAll(/[-:]/g, '');
const escaped = (text: string) =>
  text.replaceAll(/[\\;,]/g, String.raw`\$&`).replaceAll(/\r?\n/g, String.raw`\n`);

/** No line has more than 75 bytes. */
function folded(line: string): string {
  const parts: string[] = [];
  let part = '';
  for (const char of line) {
    if (new TextEncoder().encode(part + char).length > 73) {
      parts.push(part);
      part = '';
    }
    part += char;
  }
  return [...parts, part].join('\r\n ');
}

const nextDay = (date: string) =>
  new Date(Date.parse(`${date.slice(0, 10)}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
