import { othersSteps } from './others.ts';
import { processSteps } from './process.ts';
import { isOpen, start, type Attempt, type Guards, type World } from './world.ts';

export type Found = { world: World; trace: string[] };
export type Explored = {
  states: number;
  /** The names of all steps that were taken. */
  names: Set<string>;
  /** The first state that was looked for, and the steps that lead there. */
  found?: Found;
};

/** Visits every state that any order of steps leads to, the nearest first, until the wanted state. */
export function explore(kind: World['kind'], guards: Guards, lookFor: (world: World) => boolean): Explored {
  const first = { world: start(kind), key: keyOf(start(kind)) };
  const cameBy = new Map<string, { from: string; name: string } | undefined>([[first.key, undefined]]);
  const names = new Set<string>();
  for (let frontier = [first]; frontier.length > 0;) {
    const next: typeof frontier = [];
    for (const { world, key: from } of frontier) {
      if (lookFor(world)) return { states: cameBy.size, names, found: { world, trace: traceTo(from) } };
      for (const { name, to } of allSteps(world, guards)) {
        names.add(name);
        const key = keyOf(to);
        if (cameBy.has(key)) continue;
        cameBy.set(key, { from, name });
        next.push({ world: to, key });
      }
    }
    frontier = next;
  }
  return { states: cameBy.size, names };

  function traceTo(key: string): string[] {
    const trace: string[] = [];
    for (let came = cameBy.get(key); came; came = cameBy.get(came.from)) trace.unshift(came.name);
    return trace;
  }
}

const allSteps = (world: World, guards: Guards) => [
  ...world.requests.flatMap((_, place) => processSteps(world, place, guards)),
  ...othersSteps(world, guards),
];

/** Two states are one where all is the same that can matter from here on. */
function keyOf({ requests, attempts, key, booking }: World): string {
  let text = String(booking);
  for (const { process, keyed, at, attempt, outcome } of requests)
    text += at === 'over' ? `;${keyed}${attempt}` : `;${process}${keyed}${at}${attempt}${outcome}`;
  for (const attempt of attempts) text += keyOfAttempt(attempt);
  return key ? `${text}/${key.claim}${key.attempt}${key.answer ?? key.isOver}` : text;
}

function keyOfAttempt(attempt: Attempt): string {
  const { status, lease, transaction, resolution, earlier, isUncharged, added } = attempt;
  const { charged, outOfGap, cameBack, seen } = attempt;
  const rows = `${status}${status === 'Processing' ? lease : ''}${transaction}${resolution}${earlier}${isUncharged}`;
  return `/${rows}${added}${charged}${outOfGap}${cameBack}${isOpen(attempt) ? seen : ''}`;
}
