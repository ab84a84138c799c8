// `npm run soak [-- --minutes 10 --share 0.7]`: how much the program takes, and then that share of it for so long. Each
// minute prints what came; status 1 where anything failed, or memory grew.
import { setTimeout as sleep } from 'node:timers/promises';
import { memoryOf } from '../test/support/memory.ts';
import { one, sql } from '../src/platform/database/db.ts';
import { explain, readArguments } from '../src/platform/process/tool.ts';
import { createTraveller, type Seen, type Traveller } from './support/journey.ts';
import { median } from './support/load.ts';
import { openStage, type Stage } from './support/stage.ts';

explain(`npm run soak [-- --minutes 10 --share 0.7]

Measures how much the program takes, and then asks that share of it for so long. Each minute prints its times and memory;
ends with 1 where anything but 503 failed, or memory grew by a fifth.`);

const { values } = readArguments({
  options: { minutes: { type: 'string', default: '10' }, share: { type: 'string', default: '0.7' } },
});
const seconds = Number(values.minutes) * 60;
const share = Number(values.share);
if (!(seconds > 0 && share > 0)) throw new Error('npm run soak -- [--minutes N] [--share 0.7]');

const WARM_SECONDS = 10;
const MEASURED_SECONDS = 10;
const AT_ONCE = 32;
const TICK_MS = 5;
// A waiting queue of this length means several seconds of delay: the load exceeds the program's capacity.
const MOST_UNDER_WAY = 5_000;
const MOST_GROWTH = 1.2;
const LONGEST_VISIT_MS = 30_000;
// At a share of its capacity the program refuses almost no request.
const LEAST_SHARE = 0.95;

// Abandoned holds expire within the soak, so the monitors work as in production.
const stage = await openStage({ env: { HOLD_SECONDS: '60' }, customers: 5_000, shows: 40_000 });
const traveller = createTraveller(stage);
try {
  const capacity = await measureCapacity(traveller);
  const rate = capacity * share;
  console.log(
    `capacity: ${capacity.toFixed(0)} visits a second; for ${seconds / 60} minutes ${rate.toFixed(0)} of them`,
  );
  process.exitCode = (await soak(stage, traveller, rate)) ? 0 : 1;
} finally {
  traveller.close();
  await stage.close();
}

/** Visits a second when each visit begins as soon as another ends. */
async function measureCapacity(traveller: Traveller): Promise<number> {
  const run = async (forSeconds: number) => {
    const endsAt = performance.now() + forSeconds * 1_000;
    const visitor = async () => {
      while (performance.now() < endsAt) await traveller.travel();
    };
    traveller.take();
    await Promise.all(Array.from({ length: AT_ONCE }, visitor));
    return traveller.take().journeys / forSeconds;
  };
  await run(WARM_SECONDS);
  return run(MEASURED_SECONDS);
}

/** Visits begin at fixed times, however long others take. Returns whether all went well. */
async function soak({ appPid, pool }: Stage, traveller: Traveller, rate: number): Promise<boolean> {
  const periodSeconds = seconds >= 180 ? 60 : seconds / 3;
  const memory: number[] = [];
  const faults: string[] = [];
  const startedAt = performance.now();
  const elapsed = () => (performance.now() - startedAt) / 1_000;
  let begun = 0;
  let ended = 0;
  let refused = 0;
  let printed = 0;
  const tell = async () => {
    const seen = traveller.take();
    faults.push(...seen.faults);
    ended += seen.journeys;
    refused += seen.refused;
    const alive = await one<{ count: number }>(pool, sql`select count(*) from pending_booking_tracker`);
    printed += 1;
    const minutes = (printed * periodSeconds) / 60;
    print(seen, { minutes, periodSeconds, holds: alive.count, memoryMb: memory.at(-1) ?? 0 });
  };
  traveller.take();
  while (elapsed() < seconds) {
    for (; begun < elapsed() * rate; begun++) {
      if (traveller.underWay() < MOST_UNDER_WAY) void traveller.travel(startedAt + (begun / rate) * 1_000);
      else faults.push(`${MOST_UNDER_WAY} visits are under way: one was left out`);
    }
    if (elapsed() >= memory.length) memory.push(memoryOf(appPid).nowMb);
    if (elapsed() >= (printed + 1) * periodSeconds) await tell();
    await sleep(TICK_MS);
  }
  const lastAt = performance.now() + LONGEST_VISIT_MS;
  while (traveller.underWay() > 0 && performance.now() < lastAt) await sleep(TICK_MS);
  await tell();
  if (ended < begun * LEAST_SHARE) faults.push(`of ${begun} visits ${ended} came to their end`);
  if (refused > begun * (1 - LEAST_SHARE)) faults.push(`${refused} requests of ${begun} visits were refused`);
  return verdict(memory, faults);
}

type Moment = { minutes: number; periodSeconds: number; holds: number; memoryMb: number };

function print(
  { times, journeys, refused }: Seen,
  { minutes, periodSeconds, holds, memoryMb }: Moment,
): void {
  const kinds = [...times].map(([kind, latencies]) => {
    const [p50, p99] = [latencies.percentile(0.5), latencies.percentile(0.99)].map((ms) => ms.toFixed(1));
    return `${kind} ${p50}/${p99}`;
  });
  const requests = [...times.values()].reduce((sum, latencies) => sum + latencies.count(), 0);
  console.log(
    `${minutes.toFixed(1)} min: ${(journeys / periodSeconds).toFixed(0)} visits/s, ` +
      `${(requests / periodSeconds).toFixed(0)} requests/s; p50/p99 ms: ${kinds.join(', ')}; ` +
      `${memoryMb.toFixed(0)} MB; ${holds} holds alive; ${refused} refused`,
  );
}

function verdict(memory: readonly number[], faults: readonly string[]): boolean {
  const third = Math.ceil(memory.length / 3);
  const [first, last] = [median(memory.slice(0, third)), median(memory.slice(-third))];
  const isFlat = last <= first * MOST_GROWTH;
  console.log(
    `memory: ${first.toFixed(0)} MB in the first third, ${last.toFixed(0)} MB in the last` +
      (isFlat ? '' : ': it grew'),
  );
  console.log(faults.length === 0 ? 'no faults' : `${faults.length} faults, as ${faults[0]}`);
  return isFlat && faults.length === 0;
}
