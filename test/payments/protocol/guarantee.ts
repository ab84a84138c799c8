import { isAlive, isOpen, type Attempt, type World } from './world.ts';

export type Fault =
  | 'a charge that nobody knows of'
  | 'a charge that came back, and nobody was told'
  | 'a charge that has bought two things'
  | 'a booking that was charged twice, and not out of the gap'
  | 'a key that has charged twice'
  | 'a key that says that it was refused, and has bought';

/** What is wrong with a state, if anything. */
export function faultOf(world: World): Fault | undefined {
  for (const [place, attempt] of world.attempts.entries()) {
    const fault = attempt.charged ? chargeFault(world, attempt, place) : undefined;
    if (fault !== undefined) return fault;
  }
  return isChargedTwice(world) ? 'a booking that was charged twice, and not out of the gap' : keyFault(world);
}

/** Every charge ends as a confirmed booking, a row of a wallet, or an attempt that reconcile lists; or it is given back. */
function chargeFault(world: World, attempt: Attempt, place: number): Fault | undefined {
  const isConfirmed = world.booking === place;
  const isGivenBack = attempt.resolution === 'refunded';
  const ends = Number(isConfirmed) + attempt.added + Number(isGivenBack);
  if (ends > 1) return 'a charge that has bought two things';
  if (attempt.cameBack && attempt.transaction !== 'own')
    return 'a charge that came back, and nobody was told';
  const isUnderWay = world.requests.some((one) => one.attempt === place && isAlive(one));
  const isKnown = ends === 1 || isOpen(attempt) || isUnderWay || attempt.status === 'Processing';
  return isKnown || isWatched(attempt) ? undefined : 'a charge that nobody knows of';
}

/**
 * What an operator called failed before the gateway charged it out of the gap, and whose process then died: no row can
 * know. Reconcile shows what was called failed beside its findings, to be looked for once more.
 */
const isWatched = ({ resolution, isUncharged, outOfGap }: Attempt) =>
  resolution === 'failed' && !isUncharged && outOfGap === true;

/** Money that was neither given back nor added to the customer's wallet. */
const isSpent = ({ charged, resolution, earlier }: Attempt) =>
  charged && ![resolution, earlier].some((word) => word === 'refunded' || word === 'credited');

/** Only out of the gap between the last look and the first byte. */
const isTwice = (attempts: readonly Attempt[]) => {
  const spent = attempts.filter(isSpent);
  return spent.length > 1 && !spent.some(({ outOfGap }) => outOfGap);
};

const isChargedTwice = ({ kind, attempts }: World) => kind === 'booking' && isTwice(attempts);

/** A key has one effect, and says what it was. */
function keyFault({ key, requests, attempts }: World): Fault | undefined {
  const mine = requests.flatMap(({ keyed, attempt }) =>
    keyed && attempt !== undefined ? (attempts[attempt] ?? []) : [],
  );
  if (isTwice(mine)) return 'a key that has charged twice';
  const hasBought = mine.some(({ status, resolution }) => status === 'Completed' && resolution === undefined);
  if (key?.answer === 'refused' && hasBought) return 'a key that says that it was refused, and has bought';
  return undefined;
}
