import { join } from 'node:path';
import type { Config } from './config.ts';
import { createMovies } from '../movies/movies.ts';
import { createGateway, type Gateway, type Outcome } from '../payments/payments.ts';
import { startSimulator } from '../payments/simulator.ts';
import type { Closing } from '../platform/process/closing.ts';
import { createLocalStore } from '../platform/stores/local-store.ts';
import type { Log } from '../platform/log.ts';
import { createS3Store } from '../platform/stores/s3-store.ts';
import { keptSecret } from '../platform/settings/secrets.ts';

/** The movie service, or the bundled catalogue where none is named. */
export function openMovies({ movies: service, publicUrl }: Config, log: Log) {
  const { url: serviceUrl, apiKey, cacheSeconds: movieCacheSeconds } = service;
  const movies = createMovies({ serviceUrl, apiKey, movieCacheSeconds, publicUrl, log });
  // Known before the first customer asks.
  void movies.list().catch(() => undefined);
  return movies;
}

type GatewayNeeds = { log: Log; closing: Closing; onOutcome: (kind: Outcome['kind']) => void };

/** The payment gateway, or a simulator of our own behind the same client. */
export async function openGateway({ payments }: Config, needs: GatewayNeeds): Promise<Gateway> {
  const { closing, ...rest } = needs;
  if (payments.url !== undefined) return createGateway({ ...payments, url: payments.url, ...rest });
  return createGateway({ ...payments, ...(await openSimulator(closing)), ...rest });
}

/** The simulator that charges nobody, in this process, and what a gateway's client needs to reach it. */
export async function openSimulator(closing: Closing): Promise<{ url: string; apiKey: string }> {
  const apiKey = 'simulator';
  const simulator = closing.owns(await startSimulator({ apiKey, delayMs: 50 }), (bank) => bank.close());
  return { url: simulator.url, apiKey };
}

/** Where pictures are kept: S3 where it is configured, else files of our own. */
export async function openPictures({ pictures, publicUrl, dataDir }: Config, log: Log) {
  if (pictures.s3) {
    const { accessKeyId, secretAccessKey, endpoint, ...bucket } = pictures.s3;
    const credentials =
      accessKeyId !== undefined && secretAccessKey !== undefined
        ? { accessKeyId, secretAccessKey }
        : undefined;
    const store = await createS3Store(
      { ...bucket, ...(endpoint && { endpoint }), ...(credentials && { credentials }) },
      log,
    );
    return { store, localStore: undefined };
  }
  const secret = await keptSecret(dataDir, 'pictures.secret');
  const localStore = createLocalStore({ folder: join(dataDir, 'pictures'), publicUrl, secret }, log);
  return { store: localStore, localStore };
}
