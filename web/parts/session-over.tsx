import { end, isOver, user } from '../api/session.ts';
import { text } from '../text/text.ts';
import { Dialog } from './dialog.tsx';
import { LogIn } from './log-in.tsx';

/** Throws away all that the page holds: the next user begins with a new one. */
const startAnew = () => location.replace('/app/');

/** Over whatever page is open, which goes on as soon as the same user is back. */
export function SessionOver() {
  if (!isOver.value) return null;
  const username = user.value?.username ?? '';
  const leave = () => {
    end();
    startAnew();
  };
  return (
    <Dialog title={text.session.overTitle}>
      <p>{text.session.over(username)}</p>
      <LogIn username={username} isOnlyForm onOther={startAnew} />
      <button type="button" class="quiet" onClick={leave}>
        {text.session.someoneElse}
      </button>
    </Dialog>
  );
}
