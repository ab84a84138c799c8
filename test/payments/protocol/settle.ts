import { after, owns, type Turn } from './process.ts';
import {
  isResolvedByOperator,
  withAttempt,
  type At,
  type Attempt,
  type Outcome,
  type Step,
  type World,
} from './world.ts';

type Settled = { at: At; world: World };

/** In one transaction: what came of a charge, and its effect. */
export function settle(turn: Turn, outcome: Outcome): Step[] {
  const name = `${turn.world.kind === 'booking' ? 'settlePayment' : 'settleTopUp'}: ${outcome}`;
  const { at, world } = settled(turn, outcome);
  const heard = { name, to: after(turn, world, { at, outcome: undefined }) };
  // What has Failed can be written a second time without a thought.
  if (world === turn.world || outcome === 'declined' || outcome === 'late') return [heard];
  const to = after(turn, world, { at: 'settled, but it does not know', outcome });
  return [heard, { name: `${name}, whose COMMIT is not answered`, to }];
}

function settled(turn: Turn, outcome: Outcome): Settled {
  const { world, request } = turn;
  const attempt = world.attempts[request.attempt ?? -1];
  if (!attempt) throw new Error('there is no attempt to settle');
  if (attempt.status === 'Completed' && outcome === 'charged' && attempt.transaction === 'own')
    return { at: 'over', world };
  if (isResolvedByOperator(attempt)) return recordLateOutcome(turn, attempt, outcome);
  if (outcome !== 'charged') return closeAttempt(turn, attempt, outcome);
  return takeEffect(turn, attempt);
}

const write = ({ world, request }: Turn, change: Partial<Attempt>): World =>
  withAttempt(world, request.attempt ?? -1, change);

function takeEffect(turn: Turn, attempt: Attempt): Settled {
  const { world, request } = turn;
  const known = { transaction: 'own', cameBack: true } as const;
  if (world.kind === 'top-up') {
    const added = write(turn, { ...known, status: 'Completed', added: attempt.added + 1 });
    return { at: 'over', world: rememberCharged(turn, added) };
  }
  // leaveToOperator: the booking is gone, or paid by another charge.
  if (world.booking !== 'Pending')
    return { at: 'refused for now', world: write(turn, { ...known, status: 'Unknown' }) };
  const confirmed = { ...write(turn, { ...known, status: 'Completed' }), booking: request.attempt };
  return { at: 'over', world: rememberCharged(turn, confirmed) };
}

function closeAttempt(turn: Turn, { status }: Attempt, outcome: Outcome): Settled {
  const at = outcome === 'declined' ? 'refused for good' : 'refused for now';
  if (status !== 'Processing' && status !== 'Unknown') return { at, world: turn.world };
  return { at, world: write(turn, { status: outcome === 'unknown' ? 'Unknown' : 'Failed' }) };
}

/**
 * The operator's resolution stands, but a charge with another transaction opens the attempt again. So does a charge of unknown
 * outcome if the resolution was `failed`. The attempt gets its key back.
 */
function recordLateOutcome(turn: Turn, attempt: Attempt, outcome: Outcome): Settled {
  const { world, guards } = turn;
  const at = 'refused for now';
  const isCharged = outcome === 'charged';
  if (isCharged && !guards.reopening)
    return { at, world: attempt.cameBack ? world : write(turn, { cameBack: true }) };
  if (isCharged && attempt.transaction !== 'own')
    return { at, world: reopen(turn, attempt, { transaction: 'own', cameBack: true }) };
  if (
    outcome === 'unknown' &&
    attempt.resolution === 'failed' &&
    attempt.earlier === undefined &&
    guards.reopening
  )
    return { at, world: reopen(turn, attempt, {}) };
  const isNews =
    outcome !== 'unknown' && !isCharged && attempt.resolution !== undefined && !attempt.isUncharged;
  return { at, world: isNews ? write(turn, { isUncharged: true }) : world };
}

function reopen(turn: Turn, attempt: Attempt, change: Partial<Attempt>): World {
  const { place, request } = turn;
  const reopened = write(turn, {
    ...change,
    status: 'Unknown',
    resolution: undefined,
    earlier: attempt.resolution,
  });
  const regained = { claim: place, attempt: request.attempt, isOver: true };
  return request.keyed && !turn.world.key ? { ...reopened, key: regained } : reopened;
}

const rememberCharged = (turn: Turn, world: World): World =>
  owns(turn, world.key) ? { ...world, key: { ...world.key, answer: 'bought' } } : world;
