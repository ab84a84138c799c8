import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { one, sql } from '../src/platform/database/db.ts';
import type { Subject } from './figures.ts';
import { bearer, type Stage } from './support/stage.ts';

const MONITORS = 10_000;

export const monitors: Subject = {
  name: `lateness of ${MONITORS} holds of 40 seconds, p99`,
  meaning:
    'The time from the end of an unpaid hold until viewers see its seats free.\n' +
    'Each hold has a monitor of its own; the memory they take is printed with it.',
  unit: 'ms late (upper end of a bucket)',
  aim: 'at most 100 ms, under 20 MB',
  env: { HOLD_SECONDS: '40' },
  ours: async (stage) => {
    // The first wave grows the process to its size; the second shows what monitors add.
    await takeHolds(stage);
    while ((await holdsAlive(stage)) > 0) await sleep(1_000);
    const before = await residentMb(stage.appPid);
    await takeHolds(stage);
    console.log(`  ${MONITORS} monitors took ${((await residentMb(stage.appPid)) - before).toFixed(1)} MB`);
    while ((await holdsAlive(stage)) > 0) await sleep(1_000);
    return percentile(await lateness(stage), 0.99);
  },
};

async function takeHolds(stage: Stage): Promise<void> {
  const workers = Array.from({ length: 32 }, async (_, worker) => {
    for (let i = worker; i < MONITORS; i += 32) {
      await fetch(`${stage.app}/customer/booking/initialize`, {
        method: 'POST',
        headers: bearer(stage.anybody().token),
        body: JSON.stringify(stage.nextPair()),
      });
    }
  });
  await Promise.all(workers);
}

async function holdsAlive({ pool }: Stage): Promise<number> {
  const { alive } = await one<{ alive: number }>(
    pool,
    sql`select count(*) as alive from pending_booking_tracker`,
  );
  return alive;
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024;
}

type Buckets = Map<number, number>;

async function lateness(stage: Stage): Promise<Buckets> {
  const text = await (await fetch(`${stage.app}/metrics`)).text();
  const lines = text.matchAll(/skyfox_hold_expiry_lateness_seconds_bucket\{le="([^"]+)"\} (\d+)/g);
  return new Map(
    [...lines].map(([, le, count]) => [le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), Number(count)]),
  );
}

/** The upper end of the bucket in which the share lies, in milliseconds. */
function percentile(buckets: Buckets, share: number): number {
  const counts = [...buckets];
  const total = counts.at(-1)?.[1] ?? 0;
  return (counts.find(([, count]) => count >= total * share)?.[0] ?? Number.NaN) * 1_000;
}
