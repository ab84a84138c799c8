import type { ReadonlySignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Programme } from '../../api/routes.ts';
import { isOver } from '../../api/session.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { slotTime } from '../../text/formats.ts';
import { door } from '../../text/door.ts';
import { factsOf, numberOf, showOf, timeAt } from './describe.ts';
import { sayEarlier, sayOne, sayReason } from './say.ts';
import { Shape } from './shape.tsx';
import { useFacts } from './use-facts.ts';
import type { Door, Judged, Other } from '../use-door.ts';
import { KINDS, type Kind } from './verdict.ts';

/** So long a good verdict covers the page; what must be read stays. */
const IN_MS = 2_500;

type ScreenProps = { entrance: Door; programme: ReadonlySignal<Programme | undefined> };

/** The verdict over the whole screen, to be read at arm's length in the dark. */
export function VerdictScreen({ entrance, programme }: ScreenProps) {
  const { other, shown, next, send } = entrance;
  // A login covers the page then.
  if (isOver.value) return null;
  if (other.value) {
    const { ticket } = other.value;
    return (
      <Screen kind="other" onNext={next}>
        <OtherFacts other={other.value} />
        <button type="button" onClick={() => send({ ticket })}>
          {door.verdict.allTheSame}
        </button>
      </Screen>
    );
  }
  if (!shown.value) return null;
  return (
    <Screen key={shown.value.scan.key} kind={shown.value.verdict.kind} onNext={next}>
      <Facts judged={shown.value} programme={programme.value} />
    </Screen>
  );
}

type FrameProps = { kind: Kind | 'other'; onNext: () => void; children: ComponentChildren };

function Screen({ kind, onNext, children }: FrameProps) {
  useEffect(() => {
    if (kind !== 'in') return undefined;
    const timer = setTimeout(onNext, IN_MS);
    return () => clearTimeout(timer);
  }, [kind]);
  return (
    <Dialog title={door.verdict[kind]} kind={`verdict ${kind}`} onClose={onNext}>
      <Shape kind={kind} />
      <div class="facts-of-verdict" role="status">
        {children}
      </div>
      <button type="button" class="next" autofocus onClick={onNext}>
        {door.verdict.next}
      </button>
    </Dialog>
  );
}

function OtherFacts({ other: { facts, show } }: { other: Other }) {
  const words = door.verdict;
  const here = door.showName(slotTime(show.slot.startTime), show.movie.name);
  return (
    <>
      <p class="large" dir="auto">
        {showOf(facts)}
      </p>
      <p>{words.number(facts.id)}</p>
      <p>{words.otherMore(here)}</p>
    </>
  );
}

type FactsProps = { judged: Judged; programme: Programme | undefined };

function Facts({ judged, programme }: FactsProps) {
  const { scan, verdict } = judged;
  const words = door.verdict;
  const { kind, detail, hereAt, mayBeOwn } = verdict;
  const facts = useFacts(scan);
  const id = detail?.booking_id ?? numberOf(scan.shown);
  if (scan.details.length > 1) return <Many judged={judged} programme={programme} />;
  return (
    <>
      {kind === 'invalid' && <p class="large">{sayReason(detail)}</p>}
      {kind === 'already' && <p class="large">{sayEarlier(detail, programme)}</p>}
      {hereAt !== undefined && <p>{words.here(timeAt(programme, hereAt))}</p>}
      {mayBeOwn && <p>{words.mayBeOwn(detail?.by ?? '')}</p>}
      {kind === 'waiting' && (
        <>
          <p class="large">{words.waitingMore}</p>
          <p>{words.waitingUnknown}</p>
          <p>{words.waitingSince(timeAt(programme, scan.scannedAt))}</p>
        </>
      )}
      {facts && detail?.reason !== 'forged' && (
        <>
          {facts.seats.length > 0 && (
            <p class="large">{words.seats(facts.seats.join(', '), facts.seats.length)}</p>
          )}
          <p dir="auto">{sayShow(showOf(facts), judged)}</p>
        </>
      )}
      {id !== undefined && <p>{words.number(id)}</p>}
      {detail?.reason && words.more[detail.reason] && <p>{words.more[detail.reason]}</p>}
    </>
  );
}

/** Which show it is for: yesterday's, a later one. What only a ticket says is called so until the server has said yes. */
function sayShow(show: string, { scan, verdict: { kind, detail } }: Judged): string {
  const words = door.verdict;
  if (detail?.reason === 'over') return words.yesterday(show);
  if (detail?.reason === 'too_early') return words.later(show);
  return kind === 'waiting' && factsOf(scan.shown) ? words.saysOf(show) : show;
}

function Many({ judged: { scan, verdict }, programme }: FactsProps) {
  return (
    <>
      <p class="large">{door.verdict.many(verdict.counts)}</p>
      <ul>
        {scan.details.flatMap((detail) => {
          if (detail.outcome === 'checked_in' || detail.booking_id === undefined) return [];
          const said = sayOne({ kind: KINDS[detail.outcome], detail }, programme);
          return [<li key={detail.booking_id}>{door.verdict.of(detail.booking_id, said)}</li>];
        })}
      </ul>
    </>
  );
}
