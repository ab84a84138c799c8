import { sql } from '../src/platform/database/db.ts';
import type { Subject } from './figures.ts';
import { load, type Measured } from './support/load.ts';
import { bearer, type Stage } from './support/stage.ts';

const CONNECTIONS = 32;
const BARE = 'bare Fastify, same bytes';

type Read = {
  name: string;
  /** A path each time; all their answers have the bytes of the first. */
  path: (stage: Stage) => string;
  meaning: string;
  aim: string;
  before?: (stage: Stage) => Promise<void>;
  isStaff?: boolean;
};

/** A GET of the program beside plain Fastify sending the same bytes. */
function read({ name, path, meaning, aim, before, isStaff = false }: Read): Subject {
  const tokenIn = ({ admin, customers }: Stage) => (isStaff ? admin.token : customers[0]?.token);
  return {
    name: `${name}, ${CONNECTIONS} connections`,
    meaning,
    unit: 'requests/s',
    aim,
    limitIs: BARE,
    grows: true,
    prepare: async (stage) => {
      await before?.(stage);
      const answer = await fetch(stage.app + path(stage), { headers: bearer(tokenIn(stage)) });
      await fetch(`${stage.bare}/bytes`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: await answer.text(),
      });
    },
    ours: (stage, seconds) =>
      look({ url: stage.app, token: tokenIn(stage), path: () => path(stage), seconds }),
    limit: async (stage, seconds) =>
      (await look({ url: stage.bare, token: tokenIn(stage), path: () => '/bytes', seconds })).perSecond,
  };
}

type Look = { url: string; token: string | undefined; path: () => string; seconds: number };

const look = ({ url, token, path, seconds }: Look): Promise<Measured> =>
  load({
    url,
    connections: CONNECTIONS,
    seconds,
    requests: [{ setupRequest: (request) => ({ ...request, path: path(), headers: bearer(token) }) }],
  });

const SPREAD_SHOWS = 400;
const LISTED = 1_000;

/** Confirmed bookings of one show, the last one, which no other measurement reads. */
async function sellList({ pool, customers, firstShow }: Stage): Promise<void> {
  await pool.run(sql`
    insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, status, payment_type)
    select show.date, show.id, ${customers[0]?.username ?? ''}, 1, 200, 'Confirmed', 'Card'
    from show, generate_series(1, ${LISTED}::integer)
    where show.id = ${listedShow(firstShow)}
      and not exists (select from booking where booking.show_id = show.id)`);
}
const listedShow = (firstShow: number) => firstShow + 3_999;

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
    name: `seat maps of ${SPREAD_SHOWS} shows`,
    path: ({ firstShow }) => `/shows/${firstShow + Math.floor(Math.random() * SPREAD_SHOWS)}/seat-map`,
    meaning:
      'How many looks at seat maps a second one process answers while people choose among the shows of two months.\n' +
      'The limit sends one map and nothing else: no token, no id, no log.',
    aim: '60 %',
  }),
  read({
    name: `check-in list of ${LISTED}`,
    path: ({ firstShow }) => `/check-in/bookings?show_id=${listedShow(firstShow)}`,
    meaning:
      'How often a second the doors can ask for a list of a thousand bookings; each is read after it was asked for.\n' +
      'The limit sends the same bytes and asks no database.',
    aim: '50 %',
    before: sellList,
    isStaff: true,
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
