import { end, isOver, user } from '../api/session.ts';
import { Dialog } from '../parts/dialog.tsx';
import { LogIn } from '../parts/log-in.tsx';
import { desk } from '../text/desk.ts';

/** Over the page of a desk whose session is over. What was being sold waits there for any admin. */
export function DeskOver() {
  if (!isOver.value) return null;
  const leave = () => {
    end();
    location.replace('/app/desk/');
  };
  return (
    <Dialog title={desk.over.title} kind="covers">
      <p>{desk.over.why(user.value?.username ?? '')}</p>
      <LogIn username={user.value?.username ?? ''} isOnlyForm />
      <button type="button" class="quiet" onClick={leave}>
        {desk.over.leave}
      </button>
    </Dialog>
  );
}
