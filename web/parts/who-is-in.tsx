import { logOut } from '../api/routes.ts';
import { end, user } from '../api/session.ts';
import { text } from '../text/text.ts';

/** In a menu: the user, and the way out, after which `home` asks for a login. */
export function WhoIsIn({ home, onLeave }: { home: string; onLeave?: () => void }) {
  /** Done even if the server cannot be reached. The page is loaded anew, so that nothing of this user stays in it. */
  const leave = async () => {
    await logOut();
    onLeave?.();
    end();
    location.replace(home);
  };
  return (
    <li class="user">
      <span>{user.value?.username}</span>
      <button type="button" class="quiet" onClick={() => void leave()}>
        {text.session.logOut}
      </button>
    </li>
  );
}
