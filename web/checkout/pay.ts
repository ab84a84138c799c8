import { backOffMs } from '../api/back-off.ts';
import type { Result } from '../api/failures.ts';
import { outcomeOf, type Settled } from './outcome.ts';

/** The state of a booking for a customer who waits for a payment. */
export type Standing = {
  status: string;
  payment: 'none' | 'under_way' | 'unresolved';
  time_remaining_ms?: number;
};
export type PayNeeds = {
  /** The request; always the same key and the same body. */
  send: () => Promise<Result<unknown>>;
  look: () => Promise<Result<Standing>>;
  wait: (ms: number) => Promise<void>;
  onProgress: (progress: Progress) => void;
  /** Whether the page was left: then nothing more is sent. */
  isOver: () => boolean;
};
export type Progress = 'sent' | 'connection lost' | 'busy' | 'under way';
export type End =
  | Settled
  | { kind: 'paid' }
  /** `isGone` once the hold is over as well. */
  | { kind: 'unknown'; requestId: string; isGone: boolean }
  /** Another payment for the hold has ended without success. */
  | { kind: 'not paid' }
  | { kind: 'left' };

const LOOK_MS = 2_000;

/** Pays once, however often the line breaks, and tells how it ended. */
export async function pay(needs: PayNeeds): Promise<End> {
  for (let tries = 1; !needs.isOver(); tries++) {
    const { failure } = await needs.send();
    if (!failure) return { kind: 'paid' };
    const outcome = outcomeOf(failure);
    switch (outcome.kind) {
      case 'send again':
        needs.onProgress(failure.kind === 'lost' ? 'connection lost' : 'busy');
        await needs.wait(outcome.afterMs ?? backOffMs(tries));
        break;
      case 'look':
        return lookUntilKnown(needs, { kind: 'gateway down' }, outcome.requestId);
      case 'under way':
        needs.onProgress('under way');
        return lookUntilKnown(needs, { kind: 'not paid' }, '');
      case 'unknown':
        return { ...outcome, isGone: false };
      default:
        return outcome;
    }
  }
  return { kind: 'left' };
}

type Looking = Pick<PayNeeds, 'look' | 'wait' | 'isOver'>;

/** Asks the booking until no payment is under way. `unpaid` is what it means that it can be paid again. */
export async function lookUntilKnown(
  needs: Looking,
  unpaid: Settled | { kind: 'not paid' },
  requestId: string,
): Promise<End> {
  for (let looks = 1; !needs.isOver(); looks++) {
    const { data, failure } = await needs.look();
    if (failure?.kind === 'logged out') return failure;
    // A hold that has ended is not shown, though its charge may still be under way or unknown.
    if (failure?.kind === 'refused' && failure.status === 404)
      return { kind: 'unknown', requestId, isGone: true };
    if (data && isPaid(data)) return { kind: 'paid' };
    if (data?.payment === 'unresolved') return { kind: 'unknown', requestId, isGone: false };
    if (data?.payment === 'none') return unpaid;
    await needs.wait(lookAgainMs(looks));
  }
  return { kind: 'left' };
}

/**
 * The clock of a hold has run out here; the server knows. No answer, or one from the hold's last moment, does not say that it
 * is over. `there` if it has more time, is paid, or is being paid.
 */
export async function lookAtEnd({ look, wait, isOver }: Looking): Promise<'there' | 'expired' | 'left'> {
  for (let looks = 1; !isOver(); looks++) {
    const { data, failure } = await look();
    if (failure?.kind === 'refused' && failure.status === 404) return 'expired';
    if (failure?.kind === 'logged out') return 'left';
    if (data && (data.time_remaining_ms !== 0 || data.payment !== 'none')) return 'there';
    await wait(lookAgainMs(looks));
  }
  return 'left';
}

/** After an unknown outcome: polls until the outcome is known, or the hold is gone. */
export async function watchUnknown({ look, wait, isOver }: Looking, requestId: string): Promise<End> {
  for (let looks = 1; !isOver(); looks++) {
    await wait(lookAgainMs(looks));
    const { data, failure } = await look();
    if (data && isPaid(data)) return { kind: 'paid' };
    if (data?.payment === 'none') return { kind: 'not paid' };
    if (failure?.kind === 'refused' && failure.status === 404)
      return { kind: 'unknown', requestId, isGone: true };
    if (failure?.kind === 'logged out') return failure;
  }
  return { kind: 'left' };
}

export const isPaid = ({ status }: { status: string }) => status === 'Confirmed' || status === 'CheckedIn';

/** From 2 s to 15 s: an operator may have to resolve it. */
export const lookAgainMs = (looks: number): number => Math.min(15_000, LOOK_MS * 1.3 ** (looks - 1));
