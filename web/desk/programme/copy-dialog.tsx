import { useState } from 'preact/hooks';
import { readSchedule, type Schedule, type ScheduledShow } from '../../api/office-routes.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Bones, Shown, useLoaded } from '../../parts/loading.tsx';
import { addDays, daysBetween, longDay, mediumDay } from '../../text/formats.ts';
import { office } from '../../text/office.ts';
import { text } from '../../text/text.ts';
import { RunActions, RunStatus, StepList } from './step-list.tsx';
import { copiesOf, stepsOf, type Step } from './steps.ts';
import { useCinemaNow } from './use-cinema-now.ts';
import { useSteps } from './use-steps.ts';
import { boardOf, datesFrom, WEEK_DAYS } from './week.ts';

/** What is copied. */
export type Source =
  | { kind: 'day'; date: string; shows: readonly ScheduledShow[] }
  | { kind: 'week'; shows: readonly ScheduledShow[] };

const WEEKS = 4;
const REACH_DAYS = WEEKS * WEEK_DAYS;

type CopyDialogProps = { source: Source; monday: string; onChange: () => void; onClose: () => void };

/** Copies a day to other days, or a week to the next ones. */
export function CopyDialog({ source, monday, onChange, onClose }: CopyDialogProps) {
  const words = office.copy;
  const schedule = useLoaded((signal) => readSchedule(monday, REACH_DAYS, signal), monday);
  const run = useSteps({ from: monday, days: REACH_DAYS }, onChange);
  const title =
    source.kind === 'day' ? words.dayTitle(longDay(source.date)) : words.weekTitle(mediumDay(monday));
  return (
    <Dialog title={title} kind="wide" {...(!run.isRunning && { onClose })}>
      {run.steps ? (
        <>
          <RunStatus steps={run.steps} isRunning={run.isRunning} />
          <StepList steps={run.steps} hasBegun />
          <RunActions run={run} onClose={onClose} />
        </>
      ) : (
        <Shown of={schedule} skeleton={<Bones count={2} kind="row-bone" />}>
          {(data) => (
            <Choose
              source={source}
              monday={monday}
              schedule={data}
              onStart={(steps) => void run.start(steps)}
              onClose={onClose}
            />
          )}
        </Shown>
      )}
    </Dialog>
  );
}

type ChooseProps = {
  source: Source;
  monday: string;
  schedule: Schedule;
  onStart: (steps: readonly Step[]) => void;
  onClose: () => void;
};

/** Where to, with what would be scheduled there and what is in the way. */
function Choose({ source, monday, schedule, onStart, onClose }: ChooseProps) {
  const words = office.copy;
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const now = useCinemaNow(schedule);
  const board = boardOf(schedule.shows);
  const stepsAt = (shifts: readonly number[]) => stepsOf(copiesOf(source.shows, shifts), board, now);
  const steps = stepsAt(chosen);
  const ready = countReady(steps);
  const toggle = (days: number, isChosen: boolean) =>
    setChosen(
      isChosen ? [...chosen, days].toSorted((a, b) => a - b) : chosen.filter((other) => other !== days),
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready > 0) onStart(steps);
      }}
    >
      {targetsOf(source, monday).map(({ title, targets }) => (
        <fieldset key={title} class="repeat">
          <legend>{title}</legend>
          <div class="ticks">
            {targets.map(({ days, name }) => (
              <label key={days} class="tick">
                <input
                  type="checkbox"
                  checked={chosen.includes(days)}
                  onChange={(event) => toggle(days, event.currentTarget.checked)}
                />
                <span>
                  {name} <small>{canOf(stepsAt([days]))}</small>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
      ))}
      {steps.length > 0 && (
        <section aria-label={words.list}>
          <h3>{words.listLead}</h3>
          <StepList steps={steps} />
        </section>
      )}
      <p role="status" class="hint">
        {steps.length === 0 ? words.choose : ready === 0 && words.nothing}
      </p>
      <div class="actions">
        <button class="main" type="submit" aria-disabled={ready === 0}>
          {words.submit(ready)}
        </button>
        <button type="button" onClick={onClose}>
          {text.cancel}
        </button>
      </div>
    </form>
  );
}

const countReady = (steps: readonly Step[]) => steps.filter(({ state }) => state.kind === 'ready').length;
const canOf = (steps: readonly Step[]) => office.copy.can(countReady(steps), steps.length);

type Target = { days: number; name: string };

function targetsOf(source: Source, monday: string): { title: string; targets: Target[] }[] {
  const words = office.copy;
  if (source.kind === 'week') {
    const weeks = Array.from({ length: WEEKS - 1 }, (_, at) => WEEK_DAYS * (at + 1));
    return [
      {
        title: words.to,
        targets: weeks.map((days) => ({ days, name: words.toWeek(mediumDay(addDays(monday, days))) })),
      },
    ];
  }
  const inWeek = (first: string) =>
    datesFrom(first, WEEK_DAYS)
      .filter((date) => date !== source.date)
      .map((date) => ({ days: daysBetween(source.date, date), name: mediumDay(date) }));
  return [
    { title: words.inWeek, targets: inWeek(monday) },
    { title: words.nextWeek, targets: inWeek(addDays(monday, WEEK_DAYS)) },
  ];
}
