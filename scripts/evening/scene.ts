import type { Api, Session } from './api.ts';
import type { People } from './people.ts';
import type { Party } from './plan.ts';
import type { Tally } from './tally.ts';
import type { Tonight } from './tonight.ts';

export type Stage = {
  api: Api;
  shows: Tonight;
  people: People;
  counter: Session;
  doors: readonly Session[];
  /** Ends a hold at once. */
  age: (booking: number) => Promise<void>;
  tell: (line: string) => void;
};

/** One party, and what it needs to play its part. */
export type Scene = {
  stage: Stage;
  party: Party;
  tally: Tally;
  title: string;
  /** Waits this many beats, a second each at the usual pace. Throws if the evening has ended. */
  think: (beats: number) => Promise<void>;
};
