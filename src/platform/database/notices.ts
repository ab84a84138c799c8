import pg from 'pg';
import { createClient } from '../connecting/connection.ts';
import { sql, type Sql } from './db.ts';
import { createHeartbeat } from './heartbeat.ts';
import type { Faults } from '../process/faults.ts';
import type { Log } from '../log.ts';
import { readNotice, writeNotice } from './read-notice.ts';

export type Notices<Item> = {
  /** Sends items to other machines soon. Many items share a notice, and none delays a response. */
  tell(item: Item): void;
  /** Whether every notice older than 200 ms has arrived: a heartbeat of that age has come back. */
  areHeard(): boolean;
  close(): Promise<void>;
};
export type NoticeSettings<Item> = {
  on: Sql;
  /**
   * For LISTEN, without a transaction pooler, which does not keep a LISTEN. Without this no notice arrives.
   */
  listenUrl: string | undefined;
  channel: string;
  log: Log;
  faults: Faults;
  isItem: (item: unknown) => item is Item;
  onHeard: (items: readonly Item[]) => void;
  /** A foreign or unreadable notice arrived. Every user of the database may send one. */
  onIgnored: () => void;
  /** Notices may have been lost, so no cached state is certain any more. */
  onGap: () => void;
};

type ListenerSettings<Item> = NoticeSettings<Item> & { listenUrl: string };

const COLLECT_MS = 20;
const RECONNECT_MS = 1_000;
// PostgreSQL takes less than 8,000 bytes a notice.
const MOST_ITEMS = 150;

/**
 * Notices between machines by LISTEN and NOTIFY. They only shorten the time until other machines see a
 * change. Each user of notices needs its own bound for lost notices.
 */
export function createNotices<Item>(settings: NoticeSettings<Item>): Notices<Item> {
  const origin = crypto.randomUUID();
  const { listenUrl } = settings;
  const listener = listenUrl === undefined ? undefined : keepListening({ ...settings, listenUrl }, origin);
  const teller = createTeller(settings, origin);
  return {
    tell: (item) => teller.tell(item),
    areHeard: () => listener?.areHeard() ?? false,
    async close() {
      await Promise.all([listener?.close(), teller.close()]);
    },
  };
}

function createTeller<Item>({ on, channel, log }: NoticeSettings<Item>, origin: string) {
  let items: Item[] = [];
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;

  const send = async () => {
    while (items.length > 0) {
      const batch = items.slice(0, MOST_ITEMS);
      items = items.slice(MOST_ITEMS);
      const payload = writeNotice({ from: origin, items: batch });
      await on.run(sql`select pg_notify(${channel}, ${payload})`);
    }
  };
  const start = () => {
    timer = undefined;
    sending = send()
      .catch((error: unknown) => {
        items = [];
        log.debug({ err: error }, 'notices may be lost; caches are fresh again within their own bounds');
      })
      .finally(() => {
        sending = undefined;
        if (items.length > 0) schedule();
      });
  };
  const schedule = () => {
    if (timer === undefined && sending === undefined) timer = setTimeout(start, COLLECT_MS);
  };
  return {
    tell(item: Item) {
      items.push(item);
      schedule();
    },
    async close() {
      clearTimeout(timer);
      items = [];
      await sending;
    },
  };
}

function keepListening<Item>(settings: ListenerSettings<Item>, origin: string) {
  const { log, faults, onGap } = settings;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const connectSoon = (error: unknown) => {
    log.debug({ err: error }, 'the connection for notices is lost');
    timer = setTimeout(faults.guard('timer', connect), RECONNECT_MS);
  };
  const lose = (lost: pg.Client, error?: unknown) => {
    if (client !== lost || closed) return;
    client = undefined;
    heartbeat.stop();
    clearTimeout(timer);
    lost.end().catch(() => undefined);
    connectSoon(error);
    onGap();
  };
  const beatChannel = `${settings.channel}_${origin}`;
  const heartbeat = createHeartbeat({ channel: beatChannel, faults, onDead: lose });
  const connect = async () => {
    let current: pg.Client;
    try {
      current = createLine(settings, origin);
    } catch (error) {
      // The files of its certificates are read anew, and may be away for a moment.
      return connectSoon(error);
    }
    client = current;
    const onLoss = faults.guard('notice', (error?: unknown) => lose(current, error));
    current.on('error', onLoss);
    current.on('end', onLoss);
    try {
      await current.connect();
      for (const channel of [settings.channel, beatChannel])
        await current.query(`listen ${pg.escapeIdentifier(channel)}`);
      onGap();
      if (client === current && !closed) heartbeat.start(current);
    } catch (error) {
      lose(current, error);
    }
  };

  faults.guard('timer', connect)();
  return {
    areHeard: () => heartbeat.areHeard(),
    async close() {
      closed = true;
      heartbeat.stop();
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}

/** The connection that receives notices, not open yet. */
function createLine<Item>(settings: ListenerSettings<Item>, origin: string): pg.Client {
  const { listenUrl, faults, isItem, onHeard, onIgnored } = settings;
  const client = createClient(listenUrl, {
    application_name: 'skyfox notices',
    connectionTimeoutMillis: 3_000,
    query_timeout: 3_000,
    keepAlive: true,
  });
  const hear = (payload: string | undefined) => {
    const notice = readNotice(payload, isItem);
    if (notice === undefined) onIgnored();
    else if (notice.from !== origin) onHeard(notice.items);
  };
  return client.on(
    'notification',
    faults.guard('notice', ({ channel, payload }: pg.Notification) => {
      if (channel === settings.channel) hear(payload);
    }),
  );
}
