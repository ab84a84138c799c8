import { readProgramme } from '../api/routes.ts';
import { useLoaded } from './loading.tsx';

/** The date in the cinema. Until the server has sent it, the reader's own date. */
export function useToday(): string {
  const programme = useLoaded((signal) => readProgramme(undefined, signal), 'today');
  return programme.data?.today ?? new Date().toLocaleDateString('sv');
}
