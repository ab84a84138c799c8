import { useComputed } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ForWorkers } from '../parts/for-workers.tsx';
import { Page } from '../parts/page.tsx';
import { door } from '../text/door.ts';
import { ByHand } from './by-hand/by-hand.tsx';
import { CameraCard } from './camera/camera-card.tsx';
import { Counts } from './shows/counts.tsx';
import { listenToScanner } from './scanner/scanned-typing.ts';
import { LateSummary } from './scans/late-summary.tsx';
import { RecentScans } from './scans/recent-scans.tsx';
import { SearchCard } from './by-hand/search-card.tsx';
import { useDoor } from './use-door.ts';
import { useShows } from './shows/use-shows.ts';
import { VerdictScreen } from './verdict/verdict-screen.tsx';
import { Unconfirmed } from './scans/unconfirmed.tsx';

/** `/app/door/`: tickets are let in. */
export function DoorPage() {
  return <ForWorkers why={door.why}>{() => <Door />}</ForWorkers>;
}

function Door() {
  const shows = useShows();
  const entrance = useDoor(shows.chosen);
  useEffect(() => listenToScanner(entrance.scan), [entrance.outbox]);
  // A verdict comes, and a bad one is read, before the next ticket is looked at.
  const isBlocked = useComputed(() => {
    const kind = entrance.shown.value?.verdict.kind ?? 'in';
    return entrance.other.value !== undefined || kind !== 'in';
  });
  const answered = useComputed(
    () => entrance.outbox.scans.value.filter(({ state }) => state === 'answered').length,
  );
  return (
    <Page title={door.title} kind="door">
      <Unconfirmed outbox={entrance.outbox} programme={shows.today} />
      <LateSummary answers={entrance.late} />
      <div class="door-columns">
        <div>
          <Counts shows={shows} turn={answered.value} send={entrance.send} />
          <CameraCard onText={entrance.scan} isBlocked={isBlocked} isLoud={entrance.isLoud} />
        </div>
        <div>
          <ByHand send={entrance.send} />
          <SearchCard send={entrance.send} programme={shows.today} />
          <RecentScans scans={entrance.outbox.scans} programme={shows.today} />
        </div>
      </div>
      <VerdictScreen entrance={entrance} programme={shows.today} />
    </Page>
  );
}
