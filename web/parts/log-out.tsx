import { logOut } from '../api/routes.ts';
import { end } from '../api/session.ts';
import { text } from '../text/text.ts';

type LogOutProps = { home: string; onLeave?: () => void; kind?: string };

/** Logs out, even if the server cannot be reached: this tab forgets the token. */
export function LogOut({ home, onLeave, kind }: LogOutProps) {
  const leave = async () => {
    await logOut();
    onLeave?.();
    end();
    // Loaded anew, so that nothing of this user stays in memory or goes out for the next.
    location.replace(home);
  };
  return (
    <button type="button" class={kind} onClick={() => void leave()}>
      {text.session.logOut}
    </button>
  );
}
