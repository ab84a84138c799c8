import type { Subject } from './figures.ts';
import { load, type Measured } from './support/load.ts';
import { bearer, type Stage } from './support/stage.ts';

const CONNECTIONS = 32;
const BARE = 'bare Fastify, same bytes';

type Read = { name: string; path: (stage: Stage) => string; meaning: string; aim: string };

/** A GET of ours beside bare Fastify sending the same bytes. */
function read({ name, path, meaning, aim }: Read): Subject {
  return {
    name: `${name}, ${CONNECTIONS} connections`,
    meaning,
    unit: 'requests/s',
    aim,
    limitIs: BARE,
    grows: true,
    prepare: async (stage) => {
      const answer = await fetch(stage.app + path(stage), { headers: bearer(stage.customers[0]?.token) });
      await fetch(`${stage.bare}/bytes`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: await answer.text(),
      });
    },
    ours: async (stage, seconds) => (await look(stage, stage.app, path(stage), seconds)).perSecond,
    limit: async (stage, seconds) => (await look(stage, stage.bare, '/bytes', seconds)).perSecond,
  };
}

const look = ({ customers }: Stage, url: string, path: string, seconds: number): Promise<Measured> =>
  load({
    url,
    connections: CONNECTIONS,
    seconds,
    requests: [{ path, headers: bearer(customers[0]?.token) }],
  });

export const reads: readonly Subject[] = [
  read({
    name: 'seat map',
    path: ({ firstShow }) => `/shows/${firstShow}/seat-map`,
    meaning:
      'How many looks at a seat map a second one process answers while everybody waits for the same premiere.\n' +
      'The limit sends the same bytes and nothing else: no token, no id, no log.',
    aim: '70 %',
  }),
  read({
    name: 'shows of a day',
    path: () => '/shows',
    meaning:
      'How many customers a second can open the programme of a day with four shows.\n' +
      'The limit sends the same bytes and nothing else.',
    aim: '70 %',
  }),
  read({
    name: 'wallet',
    path: () => '/customer/wallet',
    meaning:
      'How many looks at a wallet a second; every one is read from the database after it was asked for.\n' +
      'The limit sends the same bytes and asks no database.',
    aim: '50 %',
  }),
];
