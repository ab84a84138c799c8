import { signal } from '@preact/signals';

export const PAPERS = ['page', 'roll'] as const;
export type Paper = (typeof PAPERS)[number];

const PLACE = 'skyfox.desk.paper';

/** What this till prints on, kept for its next days. */
export const paper = signal<Paper>(readPaper());

export function choosePaper(chosen: Paper): void {
  paper.value = chosen;
  try {
    localStorage.setItem(PLACE, chosen);
  } catch {
    // Then it is chosen again the next time.
  }
}

function readPaper(): Paper {
  try {
    return localStorage.getItem(PLACE) === 'roll' ? 'roll' : 'page';
  } catch {
    return 'page';
  }
}
