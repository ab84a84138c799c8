import { end, isOver, user } from '../api/session.ts';
import { text } from '../text/text.ts';
import { Dialog } from './dialog.tsx';
import { LogIn } from './log-in.tsx';

type WorkOverProps = {
  why: (username: string) => string;
  /** What the button says that gives the page up, and where it leads. */
  leave: string;
  home: string;
  /** Before the page is given up. */
  onLeave?: () => void;
};

/** Over the page of staff whose session is over. What was under way waits there for them, or for another user. */
export function WorkOver({ why, leave, home, onLeave }: WorkOverProps) {
  if (!isOver.value) return null;
  const username = user.value?.username ?? '';
  const giveUp = () => {
    onLeave?.();
    end();
    location.replace(home);
  };
  return (
    <Dialog title={text.session.overTitle} kind="covers">
      <p>{why(username)}</p>
      <LogIn username={username} isOnlyForm />
      <button type="button" class="quiet" onClick={giveUp}>
        {leave}
      </button>
    </Dialog>
  );
}
