import { isLocked } from '../../src/platform/embedded/folder-lock.ts';
import { StartFault } from '../../src/platform/errors.ts';
import { many, sql, type Sql } from '../../src/platform/database/db.ts';
import type { Config } from '../../src/start/config.ts';

// The host of a database may be a folder with a socket.
const HERE = /^(|localhost|127(\.\d{1,3}){3}|\[?::1\]?|\/.*)$/;
/** In a database's URL the parameter `host` takes precedence. */
const isHere = (url: string) => {
  const { hostname, searchParams } = new URL(url);
  return HERE.test(searchParams.get('host') ?? hostname);
};
const refusal = (why: string) =>
  new StartFault(`${why}; the demo evening is for a program and a database of this desk alone`, undefined, 2);

/**
 * Throws a StartFault with status 2 unless settings, program and database all belong to a developer's
 * machine. The evening buys and sells, so none of them may be production's. Each is checked separately, and
 * no single check is trusted.
 */
export async function refuseElsewhere(config: Config, base: string): Promise<void> {
  if (config.production) throw refusal('this is production (APP_ENV=production)');
  const { url, directUrl, reportsUrl } = config.database;
  const addresses = {
    'the program': base,
    DATABASE_URL: url,
    DATABASE_DIRECT_URL: directUrl,
    DATABASE_REPORTS_URL: reportsUrl,
    PAYMENT_GATEWAY_URL: config.payments.url,
  };
  for (const [name, address] of Object.entries(addresses)) {
    if (address !== undefined && !isHere(address)) throw refusal(`${name} is not on this machine`);
  }
  await refuseProductionAt(base);
  if (url === undefined && !(await isLocked(config.dataDir))) {
    throw refusal(`the program at ${base} does not use the database of ${config.dataDir}`);
  }
}

async function refuseProductionAt(base: string): Promise<void> {
  const answer = await fetch(`${base}/`, { headers: { accept: 'application/json' } }).catch((error) => {
    throw new StartFault(
      `no SkyFox answers at ${base}: start one in another terminal with npm start, or name it with --base`,
      error,
    );
  });
  const front = (await answer.json().catch(() => ({}))) as { name?: string; environment?: string };
  if (front.name !== 'SkyFox Backend') throw refusal(`what answers at ${base} is no SkyFox`);
  if (front.environment !== 'development') throw refusal(`the program at ${base} runs for production`);
}

/**
 * Programs on other machines that use the database. With any of them it is not a developer's database, even
 * if its address is local.
 */
export async function refuseShared(on: Sql): Promise<void> {
  const others = await many<{ address: string }>(
    on,
    sql`
    select distinct host(client_addr) as address
    from pg_stat_activity
    where datname = current_database()
      and application_name like 'skyfox%'
      -- Null is a Unix socket, which leads to no other machine.
      and client_addr not in (coalesce(inet_client_addr(), '127.0.0.1'), '127.0.0.1', '::1')`,
  );
  if (others.length > 0) {
    const names = others.map(({ address }) => address).join(', ');
    throw refusal(`programs on other machines (${names}) use the same database`);
  }
}
