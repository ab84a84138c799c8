import { settle } from './settle.ts';
import {
  withAttempt,
  withRequest,
  type At,
  type Guards,
  type Key,
  type Request,
  type Step,
  type World,
} from './world.ts';

/** One request of a process, whose turn it is. */
export type Turn = { world: World; place: number; request: Request; guards: Guards };

/** What a process may do next for one of its requests. A step is as much as happens at once: a statement, a transaction. */
export function processSteps(world: World, place: number, guards: Guards): Step[] {
  const request = world.requests[place];
  return request ? steps[request.at]({ world, place, request, guards }) : [];
}

const steps: Record<At, (turn: Turn) => Step[]> = {
  'arrived': (turn) => (turn.request.keyed ? [claimKey(turn)] : begin(turn)),
  'claimed': (turn) => begin(turn),
  'begun': (turn) => lastCheck(turn),
  'begun, but it does not know': (turn) => [takeBack(turn)],
  'about to send': (turn) => post(turn),
  // Where no answer comes, the time-out ends the waiting.
  'sent': (turn) => {
    const { outcome = 'unknown' } = turn.request;
    return outcome === 'unknown' ? settle(turn, outcome) : [...settle(turn, outcome), ...settle(turn, 'unknown')];
  },
  'settled, but it does not know': (turn) => settle(turn, turn.request.outcome ?? 'unknown'),
  'refused for good': (turn) => [keepAnswer(turn)],
  'refused for now': (turn) => [releaseKey(turn)],
  'over': () => [],
}; // prettier-ignore

/** The world after a request has come further. */
export const after = ({ place }: Turn, world: World, change: Partial<Request>): World =>
  withRequest(world, place, change);

/** A key that is this request's to write. */
export const owns = ({ place, request, guards }: Turn, key: Key | undefined): key is Key =>
  request.keyed && key !== undefined && key.answer === undefined && (key.claim === place || !guards.claims);

function claimKey(turn: Turn): Step {
  const { world, place } = turn;
  const claimed: World = { ...world, key: { claim: place, isOver: false } };
  return {
    name: 'claimKey',
    to: canBeClaimed(world) ? after(turn, claimed, { at: 'claimed' }) : after(turn, world, { at: 'over' }),
  };
}

const canBeClaimed = (world: World): boolean =>
  world.key === undefined ||
  (world.key.answer === undefined && world.key.isOver && hasChargedNobody(world, world.key));

const hasChargedNobody = ({ attempts }: World, { attempt }: Key): boolean =>
  attempt === undefined || attempts[attempt]?.status === 'Failed';

/** In one transaction: judge the hold, lock the key, write the attempt, attach the key to it. */
function begin(turn: Turn): Step[] {
  const { world, guards, request } = turn;
  const name = world.kind === 'booking' ? 'beginPayment' : 'beginTopUp';
  if (world.kind === 'booking') {
    if (world.booking !== 'Pending') return [{ name, to: after(turn, world, { at: 'refused for good' }) }];
    const isPaying = world.attempts.some(({ status, lease }) => status === 'Processing' && lease !== 'over');
    const isUnresolved = world.attempts.some(({ status }) => status === 'Processing' || status === 'Unknown');
    if (isPaying || (isUnresolved && guards.unresolvedBlocks))
      return [{ name, to: after(turn, world, { at: 'refused for now' }) }];
  }
  if (request.keyed && guards.claims && !owns(turn, world.key))
    return [{ name: 'lockKey', to: after(turn, world, { at: 'refused for now' }) }];
  const attempt = world.attempts.length;
  const begun: World = {
    ...world,
    attempts: [...world.attempts, { status: 'Processing', lease: 'fresh', added: 0, charged: false }],
    key: request.keyed && world.key ? { ...world.key, attempt } : world.key,
  };
  return [
    { name, to: after(turn, begun, { at: 'begun', attempt }) },
    {
      name: `${name}, whose COMMIT is not answered`,
      to: after(turn, begun, { at: 'begun, but it does not know', attempt }),
    },
  ];
}

/** Nothing was sent, so nobody was charged. */
function takeBack(turn: Turn): Step {
  const [step] = settle(turn, 'late');
  if (!step) throw new Error('there is nothing to take back');
  return { ...step, name: 'closeUnsent' };
}

/** When the connection is open, of which nobody else can tell. */
function lastCheck(turn: Turn): Step[] {
  const { world, request, guards } = turn;
  const isCovered = world.attempts[request.attempt ?? -1]?.lease === 'fresh' || !guards.fence;
  return isCovered
    ? [{ name: 'lastCheck', to: after(turn, world, { at: 'about to send' }) }]
    : settle(turn, 'late');
}

/** The first byte leaves, and the gateway does what it does. */
function post(turn: Turn): Step[] {
  const { world, request, guards } = turn;
  const place = request.attempt ?? -1;
  const outOfGap = guards.fence && world.attempts[place]?.lease === 'over' ? { outOfGap: true } : {};
  const charged = withAttempt(world, place, { charged: true, ...outOfGap });
  return [
    { name: 'post: the gateway charges', to: after(turn, charged, { at: 'sent', outcome: 'charged' }) },
    { name: 'post: the gateway declines', to: after(turn, world, { at: 'sent', outcome: 'declined' }) },
    { name: 'post: the gateway is silent', to: after(turn, world, { at: 'sent', outcome: 'unknown' }) },
  ];
}

function keepAnswer(turn: Turn): Step {
  const { world } = turn;
  const kept: World = owns(turn, world.key) ? { ...world, key: { ...world.key, answer: 'refused' } } : world;
  return { name: 'keepAnswer', to: after(turn, kept, { at: 'over' }) };
}

function releaseKey(turn: Turn): Step {
  const { world } = turn;
  const isFree = owns(turn, world.key) && hasChargedNobody(world, world.key);
  return {
    name: 'releaseKey',
    to: after(turn, isFree ? { ...world, key: undefined } : world, { at: 'over' }),
  };
}
