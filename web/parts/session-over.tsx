import { end, isOver, user } from '../api/session.ts';
import { text } from '../text/text.ts';
import { Dialog } from './dialog.tsx';
import { LogIn } from './log-in.tsx';

type SessionOverProps = {
  why: (username: string) => string;
  /** What the button says that gives the page up, and where it leads. */
  leave: string;
  home: string;
  /** Before the page is given up. */
  onLeave?: () => void;
  /** Whether another user goes on with the page, which is hidden until then. Else that user begins with a new one. */
  isShared?: boolean;
};

/** Over a page whose session is over. It goes on as soon as its user is back. */
export function SessionOver({ why, leave, home, onLeave, isShared = false }: SessionOverProps) {
  if (!isOver.value) return null;
  const username = user.value?.username ?? '';
  // Throws away all that the page holds.
  const startAnew = () => location.replace(home);
  const giveUp = () => {
    onLeave?.();
    end();
    startAnew();
  };
  return (
    <Dialog title={text.session.overTitle} kind={isShared ? 'covers' : ''}>
      <p>{why(username)}</p>
      <LogIn username={username} isOnlyForm {...(!isShared && { onOther: startAnew })} />
      <button type="button" class="quiet" onClick={giveUp}>
        {leave}
      </button>
    </Dialog>
  );
}
