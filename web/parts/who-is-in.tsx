import { user } from '../api/session.ts';
import { LogOut } from './log-out.tsx';

/** In a menu: the user, and the way out, after which `home` asks for a login. */
export function WhoIsIn({ home, onLeave }: { home: string; onLeave?: () => void }) {
  return (
    <li class="user">
      <span>{user.value?.username}</span>
      <LogOut home={home} kind="quiet" {...(onLeave && { onLeave })} />
    </li>
  );
}
