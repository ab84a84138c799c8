/** A day in the cinema's time, and the minute of that day. */
export type LocalTime = { date: string; minute: number };
export type SlotTimes = { date: string; start: string; end: string };

const MINUTES_A_DAY = 24 * 60;
const SHOW_MINUTES = 150;
const BREAK_MINUTES = 10;
// The door opens an hour before a show, and is open when the evening begins.
const AHEAD_MINUTES = 60;
const ROUNDED_TO = 5;
// Customers buy until the show begins, and some of them are slow.
export const SPARE_MINUTES = 15;
const LAST_MINUTE = MINUTES_A_DAY - ROUNDED_TO;

/**
 * The slots of an evening that lasts `minutes`: the first begins in an hour at the latest, the late one when the first
 * is over. Near midnight the first begins at 23:55, so that it is one of today's shows, or if that is too soon, tomorrow.
 */
export function planSlots(now: LocalTime, minutes: number): [SlotTimes, SlotTimes] {
  const inAnHour = now.minute + AHEAD_MINUTES;
  const isTomorrow = inAnHour >= MINUTES_A_DAY;
  const isTimeToday = now.minute + minutes + SPARE_MINUTES <= LAST_MINUTE;
  const start = isTomorrow && isTimeToday ? LAST_MINUTE : Math.floor(inAnHour / ROUNDED_TO) * ROUNDED_TO;
  return [slotFrom(now.date, start), slotFrom(now.date, start + SHOW_MINUTES + BREAK_MINUTES)];
}

function slotFrom(today: string, minute: number): SlotTimes {
  const day = new Date(`${today}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + Math.floor(minute / MINUTES_A_DAY));
  return {
    date: day.toISOString().slice(0, 10),
    start: clock(minute),
    end: clock(minute + SHOW_MINUTES),
  };
}

function clock(minute: number): string {
  const ofDay = minute % MINUTES_A_DAY;
  return [Math.floor(ofDay / 60), ofDay % 60].map((part) => String(part).padStart(2, '0')).join(':');
}
