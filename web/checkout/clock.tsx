import { useState } from 'preact/hooks';
import { announce } from '../parts/announce.tsx';
import { useKeptFocus } from '../parts/kept-focus.ts';
import { minutesAndSeconds } from '../text/formats.ts';
import { text } from '../text/text.ts';
import type { PaymentModel } from './payment.ts';
import { useCountdown } from './use-countdown.ts';

const SHORT_MS = 60_000;

/** The time left of the hold, and the way to have more of it once. */
export function Clock({ model }: { model: PaymentModel }) {
  const words = text.pay;
  const { time_remaining_ms, actions } = model.booking.value;
  const isPaying = model.stage.value.kind === 'paying';
  const left = useCountdown(time_remaining_ms ?? 0, {
    isStopped: isPaying,
    spoken: words.spoken,
    onOver: () => void model.timeIsOver(),
  });
  const [problem, setProblem] = useState('');
  const part = useKeptFocus<HTMLDivElement>();
  const extend = async () => {
    const failure = await model.extend();
    setProblem(failure ? (failure.kind === 'lost' ? text.problem.lost : words.extendFailed) : '');
    if (!failure) announce(words.extended);
  };
  return (
    <div ref={part} class={`clock ${left.value < SHORT_MS ? 'short' : ''}`} tabIndex={-1}>
      <p>
        <span>{words.timeLeft}</span> {/* Spoken at chosen moments only, not every second. */}
        <strong role="timer" aria-live="off">
          {minutesAndSeconds(left.value)}
        </strong>
      </p>
      {isPaying && <p class="hint">{words.stopped}</p>}
      {!isPaying && actions.includes('extend') && (
        <button type="button" onClick={() => void extend()}>
          {words.extend}
        </button>
      )}
      {problem && (
        <p class="fault" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
