import { useSignal, type ReadonlySignal } from '@preact/signals';
import type { Programme } from '../../api/routes.ts';
import { explain } from '../../parts/problem.tsx';
import { door } from '../../text/door.ts';
import { nameOf, timeAt } from '../verdict/describe.ts';
import type { Outbox, Scan } from './outbox.ts';
import { Shape } from '../verdict/shape.tsx';

type UnconfirmedProps = { outbox: Outbox; programme: ReadonlySignal<Programme | undefined> };

/** The scans that the server has not answered, above everything else. */
export function Unconfirmed({ outbox, programme }: UnconfirmedProps) {
  const words = door.waiting;
  const waiting = outbox.scans.value.filter(({ state }) => state === 'waiting').toReversed();
  if (waiting.length === 0) return null;
  const failure = waiting.find((scan) => scan.failure && scan.failure.kind !== 'lost')?.failure;
  return (
    <section class="notice unconfirmed" aria-labelledby="unconfirmed">
      <h2 id="unconfirmed">
        <Shape kind="waiting" /> {words.title}
      </h2>
      <p role="status">{words.some(waiting.length)}</p>
      {failure && <p>{explain(failure)}</p>}
      {!outbox.isKept.value && <p class="fault">{words.unkept}</p>}
      <ul class="scans">
        {waiting.map((scan) => (
          <Waiting
            key={scan.key}
            scan={scan}
            programme={programme.value}
            onForget={() => outbox.forget(scan.key)}
          />
        ))}
      </ul>
      <button type="button" onClick={outbox.wake}>
        {words.now}
      </button>
    </section>
  );
}

type WaitingProps = { scan: Scan; programme: Programme | undefined; onForget: () => void };

/** It is forgotten only by two presses: nothing else knows of it. */
function Waiting({ scan, programme, onForget }: WaitingProps) {
  const words = door.waiting;
  const isAsking = useSignal(false);
  return (
    <li>
      <span>
        <strong>{nameOf(scan)}</strong>
        {isAsking.value && <span class="sure">{words.forgetSure}</span>}
      </span>
      <time>{timeAt(programme, scan.scannedAt)}</time>
      <span class="buttons">
        <button type="button" onClick={() => (isAsking.value ? onForget() : (isAsking.value = true))}>
          {words.forget}
        </button>
        {isAsking.value && (
          <button type="button" onClick={() => (isAsking.value = false)}>
            {words.keep}
          </button>
        )}
      </span>
    </li>
  );
}
