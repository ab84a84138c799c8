import { explain, Reference } from '../../parts/problem.tsx';
import { mediumDay, money } from '../../text/formats.ts';
import { office } from '../../text/office.ts';
import { text } from '../../text/text.ts';
import { overrun } from './running-time.ts';
import { isDone, isOpen, type State, type Step } from './steps.ts';
import type { Run } from './use-steps.ts';

type StepListProps = { steps: readonly Step[]; hasBegun?: boolean };

/** Show by show, what became of it, or what would. */
export function StepList({ steps, hasBegun = false }: StepListProps) {
  return (
    <ul class="steps">
      {steps.map(({ wish, state }) => (
        <li key={`${wish.date} ${wish.slot.id}`} class={toneOf(state)}>
          <span>
            {mediumDay(wish.date)}, {wish.slot.name}
          </span>{' '}
          <strong dir="auto">{wish.name}</strong>{' '}
          <span class="state">
            <span aria-hidden="true">{MARKS[toneOf(state)]}</span>{' '}
            <StateText state={state} wish={wish} hasBegun={hasBegun} />
            <Overrun wish={wish} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Told apart by shape as well as by colour. */
const MARKS = { good: '✓', bad: '✕', open: '○', doubt: '?' };

function toneOf(state: State): keyof typeof MARKS {
  if (state.kind === 'unknown') return 'doubt';
  if (state.kind === 'ready' || state.kind === 'sending') return 'open';
  return state.kind === 'scheduled' || state.kind === 'there' ? 'good' : 'bad';
}

function Overrun({ wish: { duration, slot } }: Pick<Step, 'wish'>) {
  const longer = overrun(duration, slot) ?? 0;
  return longer > 0 ? <span class="warn over">{office.programme.over(longer)}</span> : null;
}

type StateTextProps = { state: State; wish: Step['wish']; hasBegun: boolean };

function StateText({ state, wish, hasBegun }: StateTextProps) {
  const words = office.steps;
  if (state.kind === 'ready') return <>{hasBegun ? words.waiting : words.ready}</>;
  if (state.kind === 'there') {
    return <>{state.costPaise === wish.costPaise ? words.there : words.thereAt(money(state.costPaise))}</>;
  }
  if (state.kind === 'taken') return <>{words.taken(state.by)}</>;
  if (state.kind === 'refused' || state.kind === 'failed') {
    return (
      <>
        {words.failed}. {explain(state.failure)}
        <Reference failure={state.failure} />
      </>
    );
  }
  if (state.kind === 'unknown') {
    return (
      <>
        {words.unknown}
        <Reference failure={state.failure} />
      </>
    );
  }
  return <>{words[state.kind]}</>;
}

/** How a run stands, and what can be done where it stopped. */
export function RunStatus({ steps, isRunning }: { steps: readonly Step[]; isRunning: boolean }) {
  const words = office.steps;
  const done = steps.filter(isDone).length;
  const isUnknown = steps.some(({ state }) => state.kind === 'unknown');
  const hasStopped =
    !isRunning && steps.some(({ state }) => state.kind === 'unknown' || state.kind === 'failed');
  if (isRunning) return <p role="status">{words.running(done, steps.length)}</p>;
  return (
    <div class={done === steps.length ? 'notice good' : 'notice bad'} role="status">
      <p>{words.summary(done, steps.length)}</p>
      {hasStopped && <p>{isUnknown ? words.lost : words.stopped}</p>}
    </div>
  );
}

type RunActionsProps = {
  run: Run;
  onClose: () => void;
  onBack?: () => void;
  onAgain?: (steps: readonly Step[]) => void;
};

/** What can be done once a run has ended: go on where it stopped, change what was asked for, or close. */
export function RunActions({
  run: { steps = [], isRunning, start },
  onClose,
  onBack,
  onAgain,
}: RunActionsProps) {
  if (isRunning) return null;
  const hasStopped = steps.some(isOpen);
  const goOn = () => void start(steps).then((after) => onAgain?.(after));
  return (
    <div class="actions">
      {hasStopped && (
        <button type="button" class="main" onClick={goOn}>
          {office.steps.goOn}
        </button>
      )}
      {onBack && !steps.every(isDone) && (
        <button type="button" onClick={onBack}>
          {text.back}
        </button>
      )}
      <button type="button" class={hasStopped ? '' : 'main'} onClick={onClose}>
        {text.close}
      </button>
    </div>
  );
}
