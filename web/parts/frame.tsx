import { render, type ComponentChildren } from 'preact';
import { ErrorBoundary } from 'preact-iso/lazy';
import { LocationProvider } from 'preact-iso/router';
import { useState } from 'preact/hooks';
import { text } from '../text/text.ts';
import { Layout } from './layout.tsx';
import { ReloadPage } from './reload-page.tsx';
import { fadeBetweenPages } from './transitions.ts';

type FrameProps = {
  /** The addresses between which the app moves without loading anew. */
  scope: RegExp;
  home: string;
  menu: ComponentChildren;
  /** Drawn over the page. */
  over: ComponentChildren;
  children: ComponentChildren;
};

/** What each entry of the web app has around its router. */
export function Frame({ scope, home, menu, over, children }: FrameProps) {
  const [isBroken, setBroken] = useState(false);
  return (
    <LocationProvider scope={scope}>
      <Layout home={home} menu={menu} over={over}>
        {isBroken ? (
          <ReloadPage title={text.problem.faultTitle} why={text.problem.fault} />
        ) : (
          <ErrorBoundary onError={() => setBroken(true)}>{children}</ErrorBoundary>
        )}
      </Layout>
    </LocationProvider>
  );
}

/** Draws an entry's app into its page. */
export function start(app: ComponentChildren): void {
  const place = document.querySelector('#app');
  if (!place) return;
  fadeBetweenPages();
  render(app, place);
}

/** For a router's change of page. Dialogs that nobody may close open again by themselves. */
export const closeDialog = () => document.querySelector('dialog')?.close();
