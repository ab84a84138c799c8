import { keepInTab, readInTab } from '../api/tab.ts';

const PLACE = 'skyfox.desk.used';
const CHANNEL = 'skyfox.desk';
// Not at every key.
const TELL_EVERY_MS = 1_000;

/** How long ago this tab's desk was used, as its last page noted it; 0 for a tab that is new. */
export function readUsedAgoMs(): number {
  const at = readInTab(PLACE);
  return typeof at === 'number' ? Date.now() - at : 0;
}

/** Notes each use for the next page of this tab, and tells the other tabs of the desk. */
export function createUseNotes(onUseElsewhere: () => void) {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener('message', onUseElsewhere);
  let toldAt = Number.NEGATIVE_INFINITY;
  return {
    note(): void {
      if (performance.now() - toldAt < TELL_EVERY_MS) return;
      toldAt = performance.now();
      channel.postMessage('used');
      noteHere();
    },
    noteHere,
    close: () => channel.close(),
  };
}

/** Where nothing can be kept, a reload begins to count anew. */
const noteHere = (): void => keepInTab(PLACE, Date.now());
