import { useEffect, useState } from 'preact/hooks';
import { codeOf } from '../../api/failures.ts';
import { readMovies, type Schedule } from '../../api/office-routes.ts';
import { announce } from '../../parts/announce.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Bones, Shown, useLoaded } from '../../parts/loading.tsx';
import { longDay, slotTime } from '../../text/formats.ts';
import { office } from '../../text/office.ts';
import { ShowForm } from './show-form.tsx';
import { RunActions, RunStatus, StepList } from './step-list.tsx';
import { isDone, stepsOf, type Step, type Wish } from './steps.ts';
import { useSteps } from './use-steps.ts';
import { boardOf, WEEK_DAYS, type Cell, type Day } from './week.ts';
import { cellId } from './week-view.tsx';

type ScheduleDialogProps = {
  cell: Cell;
  week: readonly Day[];
  schedule: Schedule;
  now: string;
  onChange: () => void;
  onClose: () => void;
};

/** Schedules a movie in a slot, on one day or on several of the week. */
export function ScheduleDialog({ cell, week, schedule, now, onChange, onClose }: ScheduleDialogProps) {
  const words = office.form;
  const [isListed, setListed] = useState(false);
  const movies = useLoaded(readMovies, 'movies');
  const run = useSteps({ from: week[0]?.date ?? cell.date, days: WEEK_DAYS }, onChange);

  const finish = (after: readonly Step[]) => {
    const [first] = after;
    if (!first || !after.every(isDone)) return setListed(true);
    announce(words.done(first.wish.name, longDay(first.wish.date)));
    onClose();
  };
  // The button that opened this may be gone by the time this closes: a show has taken its place.
  useEffect(
    () => () =>
      void setTimeout(() => {
        if (document.activeElement === document.body)
          document.querySelector<HTMLElement>(`#${cellId(cell)}`)?.focus();
      }),
    [cell],
  );
  const send = async (wishes: readonly Wish[]) => {
    if (wishes.length > 1) setListed(true);
    const after = await run.start(stepsOf(wishes, boardOf(schedule.shows), now));
    const faults = wishes.length === 1 && faultsOf(after);
    if (faults) return { faults };
    finish(after);
    return undefined;
  };

  return (
    <Dialog title={words.title} kind="wide" {...(!run.isRunning && { onClose })}>
      <p class="lead">
        {words.when(longDay(cell.date), `${cell.slot.name} ${slotTime(cell.slot.startTime)}`)}
      </p>
      {isListed && run.steps && (
        <>
          <RunStatus steps={run.steps} isRunning={run.isRunning} />
          <StepList steps={run.steps} hasBegun />
          <RunActions run={run} onClose={onClose} onBack={() => setListed(false)} onAgain={finish} />
        </>
      )}
      {/* Hidden rather than gone, so that what was typed is there for another try. */}
      <div hidden={isListed}>
        <Shown of={movies} skeleton={<Bones count={3} kind="row-bone" />}>
          {(all) => (
            <ShowForm
              movies={all}
              cell={cell}
              week={week}
              schedule={schedule}
              now={now}
              send={send}
              onCancel={onClose}
            />
          )}
        </Shown>
      </div>
    </Dialog>
  );
}

/** The refusal of a show at the field that it is about. */
function faultsOf([step]: readonly Step[]): Record<string, string> | undefined {
  if (step?.state.kind !== 'refused') return undefined;
  const { failure } = step.state;
  if (codeOf(failure) === 'INVALID_COST') return { price: failure.message };
  return codeOf(failure) === 'INVALID_MOVIE' ? { movie: failure.message } : undefined;
}
