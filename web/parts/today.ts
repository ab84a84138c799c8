import { readProgramme } from '../api/routes.ts';
import { useLoaded } from './loading.tsx';

/** The day in the cinema; the reader's own until the cinema has told. */
export function useToday(): string {
  const programme = useLoaded((signal) => readProgramme(undefined, signal), 'today');
  return programme.data?.today ?? new Date().toLocaleDateString('sv');
}
