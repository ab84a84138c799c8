import { useEffect } from 'preact/hooks';
import { readSchedule, type Schedule } from '../api/office-routes.ts';
import { useLoaded, type Loaded } from '../parts/loading.tsx';
import { today } from './today.ts';

/** The shows of so many days. Their answer says which day it is in the cinema. */
export function useSchedule(from: string, days: number): Loaded<Schedule> {
  const schedule = useLoaded((signal) => readSchedule(from, days, signal), `${from} ${days}`);
  useEffect(() => {
    if (schedule.data) today.value = schedule.data.today;
  }, [schedule.data]);
  return schedule;
}
