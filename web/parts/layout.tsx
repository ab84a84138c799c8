import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { text } from '../text/text.ts';
import { LiveRegions } from './announce.tsx';

const isOnline = signal(navigator.onLine);
addEventListener('online', () => (isOnline.value = true));
addEventListener('offline', () => (isOnline.value = false));

type LayoutProps = {
  /** Where the brand leads. */
  home: string;
  menu: ComponentChildren;
  over: ComponentChildren;
  children: ComponentChildren;
};

/** What is around every page. */
export function Layout({ home, menu, over, children }: LayoutProps) {
  return (
    <>
      <a class="skip" href="#content">
        {text.skip}
      </a>
      <header class="top">
        <a class="brand" href={home}>
          {text.brand}
        </a>
        {menu}
      </header>
      {!isOnline.value && (
        <p class="banner" role="status">
          {text.offline}
        </p>
      )}
      {children}
      <LiveRegions />
      {over}
    </>
  );
}
