import { door } from '../../text/door.ts';
import { text } from '../../text/text.ts';
import type { LateAnswers } from './late-answers.ts';
import { worstOf } from '../verdict/verdict.ts';

/** What became of the scans that waited, above everything else until somebody has read it. */
export function LateSummary({ answers }: { answers: LateAnswers }) {
  const { late, clear } = answers;
  if (!late.value) return null;
  const { counts } = late.value;
  return (
    <div class={`notice sent-late ${worstOf(counts) === 'in' ? 'good' : 'bad'}`}>
      <p>{door.waiting.sent(counts)}</p>
      <button type="button" onClick={clear}>
        {text.close}
      </button>
    </div>
  );
}
