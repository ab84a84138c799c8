import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { user } from '../api/session.ts';
import { text } from '../text/text.ts';
import { LogIn } from './log-in.tsx';

let isFirstPage = true;

type PageProps = { title: string; kind?: string; lead?: ComponentChildren; children: ComponentChildren };

/** A page under its heading, which names the tab, and takes the focus where another page was shown before. */
export function Page({ title, kind = '', lead, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${text.brand}`;
  }, [title]);
  useEffect(() => {
    if (!isFirstPage) heading.current?.focus({ preventScroll: true });
    isFirstPage = false;
  }, []);
  return (
    <main id="content" class={kind}>
      <header class="heading">
        <h1 ref={heading} tabIndex={-1} dir="auto">
          {title}
        </h1>
        {lead}
      </header>
      {children}
    </main>
  );
}

/** What only a logged-in user may see, or a page to log in, in its place. */
export function ForUsers({ why, children }: { why: string; children: () => ComponentChildren }) {
  return user.value ? <>{children()}</> : <LogInFirst why={why} />;
}

type LogInFirstProps = {
  why: string;
  /** Without the ways to a customer's new account and new password. */
  isOnlyForm?: boolean;
};

/** A page to log in, in place of one that not everybody may see. */
export function LogInFirst({ why, isOnlyForm = false }: LogInFirstProps) {
  return (
    <Page title={text.session.title} kind="narrow">
      <section class="card">
        <p>{why}</p>
        <LogIn isOnlyForm={isOnlyForm} />
      </section>
    </Page>
  );
}
