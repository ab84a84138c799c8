import { waitAfterMs } from '../../api/back-off.ts';
import { isCertain, type Failure, type Refused, type Result } from '../../api/failures.ts';

export type Doubt = 'busy' | 'unknown';
export type SaleNeeds<Sold> = {
  /** The request; always the same key and the same body. */
  send: () => Promise<Result<Sold>>;
  wait: (ms: number) => Promise<void>;
  /** What is known before the first try: `unknown` of a sale that was sent before. */
  doubt: Doubt;
  /** Called before each further try. */
  onDoubt: (doubt: Doubt) => void;
};
export type SaleEnd<Sold> =
  | { kind: 'sold'; sold: Sold }
  | { kind: 'refused'; failure: Refused }
  /** The user who sells is gone, and what was sent last may have been done. */
  | { kind: 'logged out' };

/** Sells once, however often the line breaks, and asks until it is known how it ended. */
export async function sell<Sold>({ send, wait, onDoubt, ...known }: SaleNeeds<Sold>): Promise<SaleEnd<Sold>> {
  let { doubt } = known;
  for (let tries = 1; ; tries++) {
    const { data: sold, failure } = await send();
    if (!failure) return { kind: 'sold', sold };
    if (failure.kind === 'logged out') return failure;
    if (failure.kind === 'refused' && isCertain(failure)) return { kind: 'refused', failure };
    if (mayBeSold(failure)) doubt = 'unknown';
    onDoubt(doubt);
    await wait(waitAfterMs(failure, tries));
  }
}

/** 429, and 503 that does not say otherwise, mean that nothing happened. */
const mayBeSold = (failure: Failure): boolean =>
  failure.kind !== 'refused' || failure.mayHaveHappened || ![429, 503].includes(failure.status);
