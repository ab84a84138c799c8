import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../src/platform/process/free-port.ts';
import type { Subject } from './figures.ts';
import { median } from './support/load.ts';
import { type Stage } from './support/stage.ts';

const STARTS = 5;
const LOOK_MS = 5;

/** Starts the program on the stage's database until `/ready` answers 200; then leaves it to `use`. */
async function start(
  stage: Stage,
  use: (pid: number) => Promise<number>,
): Promise<{ ms: number; used: number }> {
  const port = await freePort();
  const beganAt = performance.now();
  const child = spawn(process.execPath, ['src/main.ts'], {
    stdio: 'ignore',
    env: { ...process.env, ...stage.settings, PORT: String(port) },
  });
  try {
    while (!(await fetch(`http://127.0.0.1:${port}/ready`).catch(() => undefined))?.ok) {
      if (child.exitCode !== null) throw new Error(`the program ended with ${child.exitCode} at its start`);
      await sleep(LOOK_MS);
    }
    const ms = performance.now() - beganAt;
    return { ms, used: await use(child.pid ?? 0) };
  } finally {
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  }
}

export const firstAnswer: Subject = {
  name: 'start to first answer',
  meaning:
    'How long a seat can neither be looked at nor taken when the program is started again on its database.\n' +
    'From the start of the process to 200 from /ready; the median of five.',
  unit: 'ms',
  aim: 'under 1,000 ms',
  ours: async (stage) => {
    const times: number[] = [];
    for (let round = 0; round < STARTS; round++) times.push((await start(stage, async () => 0)).ms);
    return median(times);
  },
};

export const atRest: Subject = {
  name: 'memory at rest',
  meaning:
    'What a process takes before anybody comes, which is what decides the size of the machine.\n' +
    'Five seconds after the first answer; the pages of Node itself, which processes share, are printed apart.',
  unit: 'MB of its own',
  aim: 'under 120 MB',
  ours: async (stage) =>
    (
      await start(stage, async (pid) => {
        await sleep(5_000);
        const status = await readFile(`/proc/${pid}/status`, 'utf8');
        const megabytes = (name: string) =>
          Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1_024;
        console.log(`  and ${megabytes('RssFile').toFixed(0)} MB of files that processes share`);
        return megabytes('RssAnon');
      })
    ).used,
};
