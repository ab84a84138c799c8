import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLocation } from 'preact-iso/router';
import { user } from '../api/session.ts';
import { text } from '../text/text.ts';
import { LiveRegions } from './announce.tsx';
import { SessionOver } from './session-over.tsx';

const isOnline = signal(navigator.onLine);
addEventListener('online', () => (isOnline.value = true));
addEventListener('offline', () => (isOnline.value = false));

/** What is around every page. */
export function Layout({ children }: { children: ComponentChildren }) {
  return (
    <>
      <a class="skip" href="#content">
        {text.skip}
      </a>
      <header class="top">
        <a class="brand" href="/app/">
          {text.brand}
        </a>
        <Menu />
      </header>
      {!isOnline.value && (
        <p class="banner" role="status">
          {text.offline}
        </p>
      )}
      {children}
      <LiveRegions />
      <SessionOver />
    </>
  );
}

function Menu() {
  const { path } = useLocation();
  const links = [
    ['/app', text.programme],
    ...(user.value
      ? [
          ['/app/bookings', text.bookings],
          ['/app/wallet', text.wallet],
          ['/app/profile', text.profile],
        ]
      : [['/app/log-in', text.logIn]]),
  ];
  return (
    <nav aria-label={text.menu}>
      <ul>
        {links.map(([href, name]) => (
          <li key={href}>
            <a href={href === '/app' ? '/app/' : href} aria-current={path === href ? 'page' : undefined}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
