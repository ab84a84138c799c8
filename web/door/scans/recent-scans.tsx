import type { ReadonlySignal } from '@preact/signals';
import type { Programme } from '../../api/routes.ts';
import { user } from '../../api/session.ts';
import { door } from '../../text/door.ts';
import { factsOf, nameOf, timeAt } from '../verdict/describe.ts';
import { isBad, type Scan } from './outbox.ts';
import { sayVerdict } from '../verdict/say.ts';
import { verdictOf } from '../verdict/verdict.ts';
import { Shape } from '../verdict/shape.tsx';

type RecentProps = {
  scans: ReadonlySignal<readonly Scan[]>;
  programme: ReadonlySignal<Programme | undefined>;
};
const SHOWN = 20;

/** What this page has scanned, newest first: the latest, and of those before them the bad ones. */
export function RecentScans({ scans, programme }: RecentProps) {
  const words = door.recent;
  const shown = scans.value.filter((scan, at) => at < SHOWN || isBad(scan));
  return (
    <section class="card" aria-labelledby="recent">
      <h2 id="recent">{words.title}</h2>
      {scans.value.length === 0 && <p class="hint">{words.none}</p>}
      <ol class="scans">
        {shown.map((scan) => {
          const verdict = verdictOf(scan, scans.value, user.value?.username ?? '');
          return (
            <li key={scan.key} class={verdict.kind}>
              <Shape kind={verdict.kind} />
              <span>
                <strong>{nameOf(scan)}</strong> {factsOf(scan.shown)?.seats.join(', ')}
                <br />
                {sayVerdict(verdict, programme.value)}
              </span>
              <time>{timeAt(programme.value, scan.scannedAt)}</time>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
