import {
  isAlive,
  isOpen,
  withAttempt,
  type Attempt,
  type Guards,
  type Step,
  type Word,
  type World,
} from './world.ts';

const PROCESSES = [0, 1] as const;
const MOST_REQUESTS = 2;

/** What everybody and everything but the processes may do next. */
export const othersSteps = (world: World, guards: Guards): Step[] => [
  ...customer(world),
  ...deaths(world),
  ...time(world),
  ...sweeps(world),
  ...world.attempts.flatMap((attempt, place) =>
    isOpen(attempt) ? operator(world, attempt, place, guards) : [],
  ),
];

/** The customer sends with the key, and then again at any time, with the key or without, to a process that is free. */
function customer(world: World): Step[] {
  const { requests } = world;
  // Of two that are free one is as good as the other.
  const free = PROCESSES.find((process) => requests.every((one) => one.process !== process || !isAlive(one)));
  if (free === undefined || requests.length === MOST_REQUESTS) return [];
  return (requests.length === 0 ? [true] : [true, false]).map((keyed) => ({
    name: `the customer sends ${keyed ? 'with' : 'without'} the key`,
    to: { ...world, requests: [...requests, { process: free, keyed, at: 'arrived' }] },
  }));
}

/** What only a process knew is lost with it. */
const deaths = (world: World): Step[] =>
  PROCESSES.filter((process) => world.requests.some((one) => one.process === process && isAlive(one))).map(
    (process) => ({
      name: `process ${process} dies`,
      to: {
        ...world,
        requests: world.requests.map((one) => (one.process === process ? { ...one, at: 'over' } : one)),
      },
    }),
  );

/** Leases run out between any two steps. A process that has checked its lease already does not see that it has run out. */
function time(world: World): Step[] {
  const { key, attempts, requests } = world;
  const running = attempts.flatMap(({ status, lease }, place): Step[] => {
    if (status !== 'Processing' || lease === 'over') return [];
    const isLooked = requests.every(({ at, attempt }) => attempt !== place || at !== 'begun');
    const next = lease === 'late' || isLooked ? 'over' : 'late';
    return [
      {
        name: `time goes by for the lease of attempt ${place}`,
        to: withAttempt(world, place, { lease: next }),
      },
    ];
  });
  if (!key || key.isOver || key.answer !== undefined) return running;
  return [
    ...running,
    { name: 'time goes by for the claim of the key', to: { ...world, key: { ...key, isOver: true } } },
  ];
}

function sweeps(world: World): Step[] {
  const ended = world.attempts.flatMap(({ status, lease }, place): Step[] =>
    status === 'Processing' && lease === 'over'
      ? [{ name: 'endedLeases', to: withAttempt(world, place, { status: 'Unknown' }) }]
      : [],
  );
  const isPaying = world.attempts.some(({ status, lease }) => status === 'Processing' && lease !== 'over');
  if (world.booking !== 'Pending' || isPaying) return ended;
  return [...ended, { name: 'endedHolds', to: { ...world, booking: 'gone' } }];
}

/** Looks at the gateway's list for what reconcile lists, and resolves it later, by what the list showed then. */
const operator = (world: World, attempt: Attempt, place: number, guards: Guards): Step[] => [
  {
    name: 'the operator looks at the gateway’s list',
    to: withAttempt(world, place, { seen: attempt.charged ? 'a charge' : 'nothing' }),
  },
  ...words(attempt).flatMap((said) => resolveAttempt(world, { attempt, place, said, guards })),
];

type Said = { word: Word; names: 'own' | 'key' };

/** `names`: the transaction in the list, or none. Without one the operator may also have taken another charge for this one. */
function words({ seen, transaction }: Attempt): Said[] {
  const charged = (names: Said['names']): Said[] =>
    (['refunded', 'credited', 'confirmed'] as const).map((word) => ({ word, names }));
  if (transaction === 'own') return charged('own');
  if (seen === 'a charge') return [...charged('own'), ...charged('key')];
  return seen === 'nothing' ? [{ word: 'failed', names: 'key' }, ...charged('key')] : [];
}

const STATUS = {
  failed: 'Failed',
  refunded: 'Refunded',
  credited: 'Completed',
  confirmed: 'Completed',
} as const;

type Resolving = { attempt: Attempt; place: number; said: Said; guards: Guards };

function resolveAttempt(world: World, { attempt, place, said: { word, names }, guards }: Resolving): Step[] {
  const name = `resolveAttempt: ${word}, naming ${names === 'own' ? 'the transaction' : 'none'}`;
  const isHad = guards.earlierWord && (attempt.earlier === 'credited' || attempt.earlier === 'confirmed');
  if (isHad && attempt.earlier !== word) return [];
  const recorded = withAttempt(world, place, {
    status: STATUS[word],
    resolution: word,
    seen: undefined,
    ...(word !== 'failed' && { transaction: names }),
  });
  if (isHad) return [{ name, to: recorded }];
  const { key } = world;
  const isItsKey = key?.attempt === place && key.answer === undefined;
  const answering = (answer: 'bought' | 'refused', on: World): Step[] => [
    { name, to: isItsKey ? { ...on, key: { ...key, answer } } : on },
  ];
  if (word === 'failed') return [{ name, to: isItsKey ? { ...recorded, key: undefined } : recorded }];
  if (word === 'refunded') return answering('refused', recorded);
  if (word === 'credited') {
    const credited = withAttempt(recorded, place, { added: attempt.added + 1 });
    return answering(world.kind === 'top-up' ? 'bought' : 'refused', credited);
  }
  // A hold that is over is written anew, while its seats are free.
  const canBeHad = world.booking === 'Pending' || world.booking === 'gone';
  return canBeHad ? answering('bought', { ...recorded, booking: place }) : [];
}
