import type { Reader } from './settings.ts';

/** The machine's own zone where the setting is absent. A machine may have none, or one without a name. */
export function readTimeZone(read: Reader, name: string): string {
  const given = read.value(name);
  const zone = given ?? zoneOfMachine() ?? '';
  try {
    // Node would take an offset too; PostgreSQL reads its sign the other way round.
    if (/^[+-]|^$/.test(zone)) throw new RangeError(zone);
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone && zone;
  } catch {
    const wrong = given === undefined ? 'is not set, and this machine names no zone of its own' : NO_ZONE;
    read.fault(name, wrong, 'Asia/Kolkata');
    return 'UTC';
  }
}

const NO_ZONE = 'must be the IANA name of a time zone';
// Undefined where TZ is not a known zone, although its type says otherwise.
const zoneOfMachine = () => Intl.DateTimeFormat().resolvedOptions().timeZone as string | undefined;
