import type { Subject } from './figures.ts';
import { logins, storm } from './logins.ts';
import { monitors } from './monitors.ts';
import { reads } from './reads.ts';
import { sales } from './sales.ts';
import { scans } from './scans.ts';
import { atRest, firstAnswer } from './starts.ts';
import { throughNginx } from './through-nginx.ts';
import { tickets } from './tickets.ts';

/** All measurements, in their order. */
export const cases: readonly Subject[] = [
  firstAnswer,
  atRest,
  ...reads,
  ...throughNginx,
  ...sales,
  scans,
  logins,
  storm,
  tickets,
  monitors,
];
