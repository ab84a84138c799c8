import { existsSync } from 'node:fs';
import { KEY, startNginx } from '../test/support/nginx.ts';
import type { Subject } from './figures.ts';
import { load } from './support/load.ts';
import { bearer, type Stage } from './support/stage.ts';

process.env['PATH'] += ':/usr/sbin:/sbin';
const doors = new WeakMap<Stage, string>();

async function openDoor(stage: Stage): Promise<void> {
  const upstream = new URL(stage.app).host;
  const { base } = await startNginx({ after: (end) => stage.atEnd(end) }, { upstream });
  doors.set(stage, base);
}

const look = async (stage: Stage, url: string, seconds: number) => {
  const headers = { ...bearer(stage.customers[0]?.token), 'x-api-key': KEY };
  const requests = [{ path: `/shows/${stage.firstShow}/seat-map`, headers }];
  return load({ url, connections: 8, seconds, requests });
};

/** Nothing where Debian's nginx is not there. */
export const throughNginx: readonly Subject[] = existsSync('/usr/sbin/nginx')
  ? (['p50Ms', 'p99Ms'] as const).map((part) => ({
      name: `seat map through nginx, 8 connections, ${part.replace('Ms', '')}`,
      meaning:
        'What the way through nginx, with key and limits, adds to a look at a seat map.\n' +
        'Beside it the same look at the program itself; a small one is not seen in whole milliseconds.',
      unit: 'ms',
      limitIs: 'direct',
      prepare: openDoor,
      ours: async (stage, seconds) => (await look(stage, doors.get(stage) ?? '', seconds))[part],
      limit: async (stage, seconds) => (await look(stage, stage.app, seconds))[part],
    }))
  : [];
