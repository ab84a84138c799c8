import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Owner } from './database.ts';

/** What a client sends: its text, and how many messages of its transaction went before it (BEGIN is the 0th). */
export type Message = { text: string; place: number | undefined };
/**
 * `cut`: the server never gets it; `cutAfter`: it gets this share of it; `lose the answer`: it does it, and the client never
 * hears of it.
 */
export type Fault = 'cut' | 'lose the answer' | { cutAfter: number };
type Trap = { when: (message: Message) => boolean; fault: Fault; sprung: () => void };

/**
 * A TCP proxy before a database that loses a connection where it is told to, or is not there at all. It takes what
 * arrives at once for one message, as is so for a client that waits for each answer.
 */
export async function startProxy(t: Owner, databaseUrl: string) {
  let target = new URL(databaseUrl);
  const pairs = new Set<Socket[]>();
  let trap: Trap | undefined;
  let isHanging = false;
  let standsStill = false;
  let messages = 0;

  const server = createServer((client) => {
    const database = connect({ host: target.hostname, port: Number(target.port) });
    const pair = [client, database];
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const socket of pair) socket.setNoDelay().on('error', end).on('close', end);
    if (standsStill) pause(pair);
    let place: number | undefined;
    let answersAreLost = false;
    client.on('data', (chunk) => {
      messages += 1;
      const text = chunk.toString('latin1');
      place = /\bbegin[\0;]/.test(text) ? 0 : place === undefined ? undefined : place + 1;
      const sprung = trap?.when({ text, place }) ? trap : undefined;
      if (/\b(commit|rollback)\0/.test(text)) place = undefined;
      if (sprung) {
        trap = undefined;
        sprung.sprung();
        if (sprung.fault === 'cut') return end();
        answersAreLost = true;
        if (typeof sprung.fault === 'object')
          return void database.end(chunk.subarray(0, Math.round(chunk.length * sprung.fault.cutAfter)));
      }
      if (!isHanging) database.write(chunk);
    });
    database.on('data', (chunk) => {
      if (answersAreLost) return end();
      if (!isHanging) client.write(chunk);
    });
  });
  const listen = async (port: number) => once(server.listen(port, '127.0.0.1'), 'listening');
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const cutAll = () => [...pairs].flat().forEach((socket) => socket.destroy());
  t.after(() => {
    server.close();
    cutAll();
  });

  const url = new URL(databaseUrl);
  url.port = String(port);
  return {
    url: url.href,
    /** How many messages clients have sent so far. */
    messages: () => messages,
    /** Breaks the first connection that sends such a message; resolves when it has. */
    trap: (when: Trap['when'], fault: Fault) =>
      new Promise<void>((sprung) => {
        trap = { when, fault, sprung };
      }),
    disarm() {
      trap = undefined;
    },
    /** Nobody listens any more, and every connection is cut. */
    async refuse() {
      const closed = once(server, 'close');
      server.close();
      cutAll();
      await closed;
    },
    /** From now on to another server, as when a provider's address moves to the replica that was promoted. */
    lead(to: string) {
      target = new URL(to);
      cutAll();
    },
    /** What the server answers on the connections of this moment stays on the way for so long. */
    async stall(milliseconds: number) {
      const servers = [...pairs].map(([, database]) => database?.pause());
      await sleep(milliseconds);
      for (const database of servers) database?.resume();
    },
    /** Connections are taken, and nothing is heard of on them. */
    hang() {
      isHanging = true;
    },
    /** As a server that was stopped (SIGSTOP), or a line without its other end: not even the end of a connection is seen. */
    standStill() {
      standsStill = true;
      for (const pair of pairs) pause(pair);
    },
    async restore() {
      // What hung has lost its place in the talk.
      if (isHanging || standsStill) cutAll();
      isHanging = false;
      standsStill = false;
      if (!server.listening) await listen(port);
    },
  };
}

const pause = (sockets: readonly Socket[]) => sockets.forEach((socket) => socket.pause());
