import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from './eventually.ts';
import { HERE, makeMachines, type Machine } from './machines.ts';

// Addresses that are set aside for examples (RFC 5737).
const MACHINES = { PG1: '192.0.2.11', PG2: '192.0.2.12', PG3: '192.0.2.13' };
/** Seconds, fewer than in production: what a test waits for. */
const TIMES = { ttl: 6, loop_wait: 1, retry_timeout: 2, primary_stop_timeout: 1 };
const PASSWORD = 'secret';
const READY_WITHIN_MS = 60_000;

// As Debian's units start them. All that they write is on the machine's disk.
const STARTUP = `
mount --bind "$DISK/postgresql" /var/lib/postgresql
mount --bind "$DISK/etcd" /var/lib/etcd
chown postgres /var/lib/postgresql && chown etcd /var/lib/etcd
mkdir -p /run/postgresql
mount -t tmpfs -o mode=0777 tmpfs /run/postgresql
as() { user=$1; shift; exec setpriv --reuid "$user" --regid "$user" --init-groups -- "$@"; }
cd /
set -a; . "$DISK/etcd.env"; set +a
as etcd etcd >> "$DISK/etcd.log" 2>&1 &
as postgres patroni "$DISK/patroni.yml" >> "$DISK/patroni.log" 2>&1 &
wait`;

export type Cluster = Awaited<ReturnType<typeof startCluster>>;
/** As Patroni tells HAProxy: the leader, the synchronous replica, the other replica. */
const ROLES = ['primary', 'sync', 'replica'] as const;
type Role = (typeof ROLES)[number];
const STREAMING = `select pid from pg_stat_replication where state = 'streaming'`;

/** Three machines as `deploy/patroni` has them, and HAProxy on this one. They end with the file's network. */
export async function startCluster() {
  const machines = makeMachines({ pg1: MACHINES.PG1, pg2: MACHINES.PG2, pg3: MACHINES.PG3 }, STARTUP);
  for (const machine of machines) configure(machine);
  await Promise.all(machines.map((machine) => machine.boot()));

  const find = async (role: Role) => {
    const are = await Promise.all(machines.map((machine) => is(machine, role)));
    return machines.filter((_, i) => are[i]);
  };
  /** One leads and two follow, one of them synchronously. */
  const isWhole = async () => {
    const [primaries, synchronous, replicas] = await Promise.all(ROLES.map(find));
    const [primary] = primaries ?? [];
    if (primary === undefined || synchronous?.length !== 1 || replicas?.length !== 2) return false;
    return (await query(primary, STREAMING)).length === 2;
  };
  const whole = () => eventually('the cluster is whole', isWhole, READY_WITHIN_MS);
  /** Waits for a machine that is such a one. */
  const one = async (role: Role, butNot?: Machine): Promise<Machine> => {
    for (const endsAt = performance.now() + READY_WITHIN_MS; performance.now() < endsAt; await sleep(10)) {
      const found = (await find(role)).find((machine) => machine !== butNot);
      if (found !== undefined) return found;
    }
    throw new Error(`no machine became ${role} within ${READY_WITHIN_MS} ms`);
  };

  await whole();
  const first = await one('primary');
  await query(first, `create role skyfox login password '${PASSWORD}'`);
  await query(first, 'create database skyfox owner skyfox');
  await startHaproxy();
  return {
    machines,
    leaseSeconds: TIMES.ttl,
    url: urlAt('127.0.0.1:5432'),
    reportsUrl: urlAt('127.0.0.1:5433'),
    urlAt,
    is,
    /** The rows of a query of one column, by Patroni's own user on the machine. */
    sql: (on: Machine, text: string) => query(on, text, 'skyfox'),
    primary: () => one('primary'),
    synchronous: () => one('sync'),
    whole,
    promoted: (former: Machine) => one('primary', former),
    patronictl: (on: Machine, ...args: readonly string[]) =>
      on.run('postgres', ['patronictl', '-c', join(on.disk, 'patroni.yml'), ...args]),
    /** kill -9 of PostgreSQL alone; Patroni sees it. */
    crash: (on: Machine) =>
      on.run('postgres', ['sh', '-c', 'kill -9 $(head -1 /var/lib/postgresql/15/skyfox/postmaster.pid)']),
    logOf: ({ disk }: Machine) => readFileSync(join(disk, 'patroni.log'), 'utf8'),
  };
}

/** By Patroni's own user on the machine. */
async function query(on: Machine, text: string, database = 'postgres'): Promise<string[]> {
  const psql = ['psql', '--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--dbname', database];
  const rows = await on.run('postgres', [...psql, '--command', text]);
  return rows.split('\n').slice(0, -1);
}

const urlAt = (host: string) => `postgresql://skyfox:${PASSWORD}@${host}/skyfox`;

async function is({ address }: Machine, role: Role): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(1_000);
    return (await fetch(`http://${address}:8008/${role}`, { method: 'OPTIONS', signal })).ok;
  } catch {
    return false;
  }
}

function configure({ name, address, disk }: Machine): void {
  const settings = {
    ...MACHINES,
    NAME: name,
    ADDRESS: address,
    PROGRAM: `${HERE}/32`,
    PATRONI_PASSWORD: PASSWORD,
    REPLICATION_PASSWORD: PASSWORD,
    REWIND_PASSWORD: PASSWORD,
  };
  let patroni = filledIn('patroni.yml', settings);
  for (const [time, seconds] of Object.entries(TIMES)) {
    const line = new RegExp(`^( +${time}:) \\d+$`, 'm');
    if (!line.test(patroni)) throw new Error(`patroni.yml has no ${time}`);
    patroni = patroni.replace(line, `$1 ${seconds}`);
  }
  writeFileSync(join(disk, 'patroni.yml'), patroni);
  writeFileSync(join(disk, 'etcd.env'), filledIn('etcd.env', settings));
  for (const folder of ['postgresql', 'etcd']) mkdirSync(join(disk, folder));
}

/** Fills in the names in braces as README says. */
function filledIn(file: string, values: Readonly<Record<string, string>>): string {
  const text = readFileSync(new URL(`../../deploy/patroni/${file}`, import.meta.url), 'utf8');
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${file} has an unknown name: ${name}`);
    return value;
  });
}

async function startHaproxy(): Promise<void> {
  const [file, log] = ['/run/haproxy.cfg', '/run/haproxy.log'];
  writeFileSync(file, filledIn('haproxy.cfg', MACHINES));
  const out = openSync(log, 'a');
  spawn('haproxy', ['-db', '-f', file], { stdio: ['ignore', out, out] }).unref();
  // It takes all for primaries until it has looked.
  const hasLooked = () => readFileSync(log, 'utf8').match(/Server primary\/\w+ is DOWN/g)?.length === 2;
  await eventually('HAProxy has looked for the primary', hasLooked);
}
