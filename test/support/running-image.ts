import { JWT_SECRET, SETTINGS, type Person, type TestApp } from './app.ts';
import { call } from './call.ts';
import { runImage, type Built } from './container.ts';
import type { Owner } from './database.ts';
import { eventually } from './eventually.ts';
import { KEY } from './nginx.ts';

// Far more than it takes on a quiet machine: on a loaded one, the first start of an image has taken a minute.
export const READY_WITHIN_MS = 180_000;
type Options = { app: TestApp; env?: Record<string, string> };

/** What an image is told that runs on the database of `app` and pays at its bank. */
export const settingsOn = ({ databaseUrl, bank }: TestApp) => ({
  ...SETTINGS,
  JWT_SECRET_KEY: JWT_SECRET,
  API_GATEWAY_KEY: KEY,
  DATABASE_URL: databaseUrl,
  PAYMENT_GATEWAY_URL: bank.url,
});

/** The image, run on the database of `app`, which makes its people and shows. */
export async function startImage(t: Owner, built: Built, { app, env = {} }: Options) {
  const running = await runImage(t, built, {
    ...settingsOn(app),
    NGINX_RATE_TOKEN: '0',
    NGINX_RATE_ADDRESS: '0',
    ...env,
  });
  const ask = (method: string, path: string, as?: Person, body?: unknown) =>
    call(running.base, method, path, {
      ...(as && { as }),
      ...(body !== undefined && { body }),
      headers: { 'x-api-key': KEY },
    });
  const isReady = async () => (await ask('GET', '/ready').catch(() => undefined))?.status === 200;
  await eventually('the container is ready', () => running.hasExited() || isReady(), READY_WITHIN_MS).catch(
    (error: Error) => {
      throw new Error(`${error.message}\n${running.output()}`);
    },
  );
  if (running.hasExited()) throw new Error(`the container has ended:\n${running.output()}`);
  return { ...running, ask, isReady };
}
