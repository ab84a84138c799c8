import { codeOf, isRetryable, type Failure, type Result } from '../../api/failures.ts';
import type { NewShow, Schedule } from '../../api/office-routes.ts';
import { isOpen, judge, type State, type Step, type Wish } from './steps.ts';
import { boardOf, type Board } from './week.ts';

export type Server = {
  schedule(show: NewShow): Promise<Result<unknown>>;
  /** What is scheduled now on all the days of the steps. */
  look(): Promise<Result<Pick<Schedule, 'shows' | 'now'>>>;
  /** Whether the page was left: then no further show is sent. */
  isGone(): boolean;
};

/** Price in rupees as the API takes it: exact. */
const costOf = (paise: number): string =>
  `${Math.floor(paise / 100)}.${String(paise % 100).padStart(2, '0')}`;

/**
 * Schedules what is open, one show after the other, and stops where going on is no use. A slot has one show a day, so
 * whatever was lost on the way, a step that is repeated finds its show instead of scheduling it twice.
 */
export async function runSteps(
  steps: readonly Step[],
  server: Server,
  onChange: (steps: Step[]) => void,
): Promise<Step[]> {
  const now = [...steps];
  const put = (at: number, state: State) => {
    const step = now[at];
    if (step) now[at] = { wish: step.wish, state };
    onChange([...now]);
  };
  for (const [at, step] of steps.entries()) {
    if (server.isGone()) break;
    if (!isOpen(step)) continue;
    put(at, { kind: 'sending' });
    const state = await runStep(step, server);
    put(at, state);
    if (state.kind === 'unknown' || state.kind === 'failed') break;
  }
  return now;
}

async function runStep({ wish, state }: Step, server: Server): Promise<State> {
  // An earlier try may have worked.
  if (state.kind === 'unknown') return lookAndSend(wish, server, state.failure);
  const sent = await send(wish, server);
  return sent.kind === 'unknown' ? lookAndSend(wish, server, sent.failure) : sent;
}

/** Asks what became of a lost request, and sends once more where nothing did. */
async function lookAndSend(wish: Wish, server: Server, failure: Failure): Promise<State> {
  const found = await look(wish, server);
  if (!found) return { kind: 'unknown', failure };
  return found.kind === 'ready' ? send(wish, server) : found;
}

async function send(wish: Wish, server: Server): Promise<State> {
  const { movieId, date, slot, costPaise } = wish;
  const { failure } = await server.schedule({ movieId, date, slotId: slot.id, cost: costOf(costPaise) });
  if (!failure) return { kind: 'scheduled' };
  if (codeOf(failure) === 'SLOT_NOT_AVAILABLE') {
    const found = await look(wish, server);
    if (found && found.kind !== 'ready') return found;
  }
  return stateOf(failure);
}

function stateOf(failure: Failure): State {
  if (failure.kind === 'lost') return { kind: 'unknown', failure };
  if (failure.kind === 'logged out') return { kind: 'failed', failure };
  // An answer of 500 or of a proxy says nothing about what was written.
  if (failure.mayHaveHappened || (failure.status >= 500 && failure.status !== 503))
    return { kind: 'unknown', failure };
  return isRetryable(failure) ? { kind: 'failed', failure } : { kind: 'refused', failure };
}

async function look(wish: Wish, server: Server): Promise<State | undefined> {
  const { data } = await server.look();
  if (!data) return undefined;
  const board: Board = boardOf(data.shows);
  return judge(wish, board, data.now);
}
