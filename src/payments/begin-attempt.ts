import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ofNothing } from '../platform/errors.ts';
import type { Lease } from './lease.ts';
import { retryWhileUnavailable, isUnavailable, type WriteNeeds } from './write-outcome.ts';

// Usually only one connection was lost, and the client may try again at once.
const CANCEL_MS = 100;

/** What an attempt begins with. */
export type Beginning = {
  attemptId: string;
  lease: Lease;
  /** Whether the request has a card, and whether the gateway has a free place to charge it. */
  canCharge: 'yes' | 'no card' | 'no room';
  /** Called before the attempt is sent to the database. From then on it may be committed even if the answer is lost. */
  onSend: () => void;
};
type Begin<T> = Pick<Beginning, 'lease' | 'canCharge' | 'onSend'> & {
  begin: (beginning: Beginning) => Promise<T>;
  cancel: (attemptId: string) => Promise<void>;
};

/**
 * Begins an attempt. If the answer to its COMMIT was lost, the attempt is cancelled as soon as the database
 * allows. Nothing was sent to the gateway, so nobody was charged.
 */
export async function beginAttempt<T>(
  { underWay, log }: WriteNeeds,
  { lease, canCharge, begin, cancel, onSend }: Begin<T>,
): Promise<T> {
  const attemptId = randomUUID();
  let isSent = false;
  try {
    const noteSent = () => {
      isSent = true;
      onSend();
    };
    return await begin({ attemptId, lease, canCharge, onSend: noteSent });
  } catch (error) {
    if (!isSent || !isUnavailable(error)) throw error;
    const cancelled = retryWhileUnavailable({ seconds: lease.seconds }, () => cancel(attemptId)).catch(
      (fault: unknown) =>
        log.warn({ attemptId, err: fault }, 'an attempt that was not sent could not be cancelled'),
    );
    await Promise.race([underWay.track(cancelled), sleep(CANCEL_MS)]);
    throw ofNothing(error);
  }
}
