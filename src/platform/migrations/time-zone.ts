import pg, { type Client } from 'pg';
import { StartFault } from '../errors.ts';

export type CinemaZone = { name: string; isSet: boolean };

/** Seconds east of UTC on each of some days; nothing if the zone is unknown. */
type Offsets = readonly number[] | undefined;

/**
 * Throws a StartFault if the database reads a zone differently from the program on any day of some years. The
 * database takes a name for an abbreviation first, so its IST is Israel's. The fault suggests zones that both
 * read alike. Not in a transaction.
 */
export async function refuseStrangeZone(client: Client, { name, isSet }: CinemaZone): Promise<void> {
  const days = daysAround(Date.now());
  const there = await offsetsInDatabase(client, name, days);
  const here = offsetsInProgram(name, days);
  const different = days.findIndex((_, i) => here[i] !== there?.[i]);
  if (different === -1) return;

  const what = isSet
    ? `CINEMA_TIME_ZONE=${name}`
    : `CINEMA_TIME_ZONE is not set, and this machine's zone ${name}`;
  const day = new Date(days[different] ?? 0).toISOString().slice(0, 10);
  const how = there
    ? `means ${utc(there[different])} to the database and ${utc(here[different])} to this program on ${day}`
    : 'is not known to the database';
  const better = (await findMeant(client, name, days)) ?? (await findAlike(client, name, days)) ?? NONE_ALIKE;
  throw new StartFault(`${what} ${how}: set CINEMA_TIME_ZONE=${better}`);
}

const NONE_ALIKE = 'Asia/Kolkata, or the city that the cinema is in';

const DAY_MS = 86_400_000;

/** Enough to meet the summers and winters of both hemispheres, and rules that are made but not in force. */
function daysAround(now: number): number[] {
  const first = Math.floor(now / DAY_MS - 365) * DAY_MS;
  return Array.from({ length: 4 * 365 }, (_, i) => first + (i + 0.5) * DAY_MS);
}

async function offsetsInDatabase(client: Client, zone: string, days: readonly number[]): Promise<Offsets> {
  try {
    const { rows } = await client.query<{ offset: number }>(
      `
      select extract(epoch from (instant at time zone $1) - (instant at time zone 'UTC'))::integer as offset
      from unnest($2::float8[]) with ordinality day (seconds, place), to_timestamp(seconds) instant
      order by place`,
      [zone, days.map((day) => day / 1_000)],
    );
    return rows.map(({ offset }) => offset);
  } catch (error) {
    const isUnknown = error instanceof pg.DatabaseError && error.code === '22023';
    if (isUnknown) return undefined;
    throw error;
  }
}

function offsetsInProgram(zone: string, days: readonly number[]): number[] {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  return days.map((day) => {
    const [, sign = '+', hours = 0, minutes = 0] = /GMT([+-])(\d\d):(\d\d)$/.exec(format.format(day)) ?? [];
    return Number(`${sign}1`) * (Number(hours) * 3_600 + Number(minutes) * 60);
  });
}

function utc(offset = 0): string {
  const pad = (part: number) => String(Math.floor(part)).padStart(2, '0');
  const size = Math.abs(offset);
  return `UTC${offset < 0 ? '-' : '+'}${pad(size / 3_600)}:${pad((size % 3_600) / 60)}`;
}

/** The usual meaning of each abbreviation, if both read that zone alike. */
async function findMeant(client: Client, name: string, days: readonly number[]): Promise<string | undefined> {
  const alike: string[] = [];
  for (const zone of MEANT[name.toUpperCase()] ?? []) {
    if (await isReadAlike(client, zone, days)) alike.push(zone);
  }
  return alike.length > 0 ? alike.join(', or ') : undefined;
}

/**
 * A zone that both read as the program reads `name`: a newer name of it, or a neighbouring zone with the same
 * time.
 */
async function findAlike(client: Client, name: string, days: readonly number[]): Promise<string | undefined> {
  const { timeZone } = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions();
  const zones = [NEWER_NAMES[timeZone] ?? timeZone, timeZone, ...Intl.supportedValuesOf('timeZone')];
  const find = async (some: readonly number[]) => {
    const here = offsetsInProgram(name, some);
    for (const zone of zones) {
      if (areEqual(here, offsetsInProgram(zone, some)) && (await isReadAlike(client, zone, some)))
        return zone;
    }
    return undefined;
  };
  const always = await find(days);
  if (always !== undefined) return always;
  // Rules that one of them does not know yet; a neighbour may have had another time until they changed.
  const fromNow = await find(days.filter((day) => day > Date.now()));
  return fromNow && `${fromNow}, or bring the time zone data of the database and of Node to the same version`;
}

async function isReadAlike(client: Client, zone: string, days: readonly number[]): Promise<boolean> {
  const there = await offsetsInDatabase(client, zone, days);
  return there !== undefined && areEqual(there, offsetsInProgram(zone, days));
}

const areEqual = (one: readonly number[], other: readonly number[]) =>
  one.every((offset, i) => offset === other[i]);

const MEANT: Readonly<Record<string, readonly string[]>> = {
  ACT: ['Australia/Darwin'],
  AET: ['Australia/Sydney'],
  ART: ['America/Argentina/Buenos_Aires'],
  AST: ['America/Halifax', 'Asia/Riyadh'],
  BST: ['Europe/London', 'Asia/Dhaka'],
  CAT: ['Africa/Maputo'],
  CET: ['Europe/Paris'],
  CST: ['America/Chicago', 'Asia/Shanghai'],
  EAT: ['Africa/Nairobi'],
  ECT: ['America/Guayaquil', 'Europe/Paris'],
  EET: ['Europe/Athens'],
  IST: ['Asia/Kolkata', 'Europe/Dublin', 'Asia/Jerusalem'],
  JST: ['Asia/Tokyo'],
  MET: ['Europe/Paris'],
  MST: ['America/Denver'],
  NST: ['America/St_Johns', 'Pacific/Auckland'],
  PST: ['America/Los_Angeles', 'Asia/Manila'],
  SST: ['Pacific/Pago_Pago', 'Pacific/Guadalcanal'],
  VST: ['Asia/Ho_Chi_Minh'],
  WET: ['Europe/Lisbon'],
};

// Node calls some cities by names that are no longer theirs, which not every server knows.
const NEWER_NAMES: Readonly<Record<string, string>> = {
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Europe/Kiev': 'Europe/Kyiv',
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'Pacific/Truk': 'Pacific/Chuuk',
};
