import assert from 'node:assert/strict';
import { startApp } from './app.ts';
import { createDatabase, type Owner } from './database.ts';
import { startProxy } from './tcp-proxy.ts';

/** `trips`: messages of a transaction. `locked`: for how many of them others wait for what it has locked or written. */
export type Trips = { trips: number; locked: number };
const LOCKS = /\bfor (no key )?update\b|\binsert into\b|\bdelete from\b|\bupdate \w+\s+set\b|pg_advisory/;

/**
 * An app with a single connection, on which one message follows another. As behind a transaction pooler each message has the
 * text of its statements.
 */
export async function listenToApp(t: Owner, env: Record<string, string> = {}) {
  const { url } = await createDatabase(t);
  const proxy = await startProxy(t, url);
  const app = await startApp(t, {
    databaseUrl: url,
    env: {
      DATABASE_URL: `${proxy.url}?pgbouncer=true`,
      DATABASE_DIRECT_URL: url,
      DATABASE_REPORTS_URL: url,
      DATABASE_POOL_MAX: '1',
      ...env,
    },
  });
  await app.needs.monitor.stop();
  /** What goes to the database until the work is done, by transactions and single statements. */
  const overhear = async <T>(work: () => Promise<T>) => {
    const transactions: string[][] = [];
    void proxy.trap(({ text, place }) => {
      if (place === undefined || place === 0) transactions.push([]);
      transactions.at(-1)?.push(text);
      return false;
    }, 'cut');
    const done = await work();
    proxy.disarm();
    /** Of the transaction, or the single statement, that has `mark` in it. */
    const tripsOf = (mark: RegExp): Trips => {
      const marked = transactions.filter((messages) => messages.some((text) => mark.test(text)));
      assert.equal(marked.length, 1, `${marked.length} transactions have ${mark} in them`);
      const messages = marked[0] ?? [];
      return {
        trips: messages.length,
        locked: messages.length - 1 - messages.findIndex((text) => LOCKS.test(text)),
      };
    };
    return { done, tripsOf };
  };
  return { app, overhear };
}
