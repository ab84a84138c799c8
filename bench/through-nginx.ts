import { existsSync } from 'node:fs';
import { KEY, startNginx } from '../test/support/nginx.ts';
import type { Subject } from './figures.ts';
import { bearer, type Stage } from './support/stage.ts';

process.env['PATH'] += ':/usr/sbin:/sbin';
const doors = new WeakMap<Stage, string>();

async function openDoor(stage: Stage): Promise<void> {
  const upstream = new URL(stage.app).host;
  const { base } = await startNginx({ after: (end) => stage.atEnd(end) }, { upstream });
  doors.set(stage, base);
}

const CONNECTIONS = 8;

/** A quantile of the times of sequential reads on this many connections, in milliseconds. */
async function look(stage: Stage, url: string, share: number, seconds: number): Promise<number> {
  const headers = { ...bearer(stage.customers[0]?.token), 'x-api-key': KEY };
  const times: number[] = [];
  const endsAt = performance.now() + seconds * 1_000;
  const looker = async () => {
    while (performance.now() < endsAt) {
      const askedAt = performance.now();
      const answer = await fetch(`${url}/shows/${stage.firstShow}/seat-map`, { headers });
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
      times.push(performance.now() - askedAt);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, looker));
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? Number.NaN;
}

/** Undefined if Debian's nginx is not installed. */
export const throughNginx: readonly Subject[] = existsSync('/usr/sbin/nginx')
  ? [0.5, 0.99].map((share) => ({
      name: `seat map through nginx, ${CONNECTIONS} connections, p${share * 100}`,
      meaning:
        'What the way through nginx, with key and limits, adds to a look at a seat map.\n' +
        'Beside it the same look at the program itself.',
      unit: 'ms',
      limitIs: 'direct',
      prepare: openDoor,
      ours: (stage, seconds) => look(stage, doors.get(stage) ?? '', share, seconds),
      limit: (stage, seconds) => look(stage, stage.app, share, seconds),
    }))
  : [];
