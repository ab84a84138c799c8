import { useEffect, useRef, useState } from 'preact/hooks';
import { readSchedule, scheduleShow } from '../../api/office-routes.ts';
import { announce } from '../../parts/announce.tsx';
import { office } from '../../text/office.ts';
import { runSteps } from './run-steps.ts';
import { isDone, type Step } from './steps.ts';

/** The days on which a server is asked what became of a request: those of the steps. */
export type Reach = { from: string; days: number };

export type Run = {
  steps: readonly Step[] | undefined;
  isRunning: boolean;
  /** Schedules what is open of the steps, or of those that were stopped. Resolves to how they stand then. */
  start: (steps: readonly Step[]) => Promise<readonly Step[]>;
};

/** Schedules shows one by one, and keeps how each of them stands. A page that is left stops after the show under way. */
export function useSteps({ from, days }: Reach, onChange: () => void): Run {
  const [steps, setSteps] = useState<readonly Step[]>();
  const [isRunning, setRunning] = useState(false);
  const isGone = useRef(false);
  useEffect(() => () => void (isGone.current = true), []);

  const start = async (from_: readonly Step[]) => {
    setRunning(true);
    const after = await runSteps(
      from_,
      { schedule: scheduleShow, look: () => readSchedule(from, days), isGone: () => isGone.current },
      setSteps,
    );
    setRunning(false);
    onChange();
    announce(office.steps.summary(after.filter(isDone).length, after.length));
    return after;
  };
  return { steps, isRunning, start };
}
