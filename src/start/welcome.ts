import type { Config } from './config.ts';
import type { Log } from '../platform/log.ts';

/** Warnings about settings that work. */
export function warnOfSettings(config: Config, log: Log): void {
  const { production, auth } = config;
  for (const { name, meant } of config.nearMisses) {
    log.warn(`${name} is not a setting and is ignored; did you mean ${meant}?`);
  }
  if (production && auth.jwtSecret !== undefined && auth.jwtSecret.length < 32) {
    log.warn('JWT_SECRET_KEY is shorter than 32 characters: make it longer');
  }
  if (production && !config.cinemaTimeZoneIsSet) {
    log.warn(`CINEMA_TIME_ZONE is not set: shows are in ${config.cinemaTimeZone}`);
  }
}

/** Prints for a developer the address of the program and the users that can log in. */
export function welcome({ production, host, port, publicUrl, auth, payments, web }: Config): void {
  if (production) return;
  const people = auth.seedPassword === 'foobar' ? 'password foobar' : 'password as in SEED_PASSWORD';
  const gateway =
    payments.url ?? 'the built-in simulator: pay with card 4242424242424242, any CVV, a later expiry';
  const app = web.isOn ? `    Web app     ${publicUrl}/app/\n` : '';
  process.stdout.write(`
  SkyFox Backend is open at ${publicUrl} (listening on ${host}:${port})
${app}\
    API pages   ${publicUrl}/docs
    Log in as   seed-user-1 (admin), staff-1 (staff); ${people}; customers sign up
    Payments    ${gateway}
    Stop it     Ctrl-C\n\n`);
}
