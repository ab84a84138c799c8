import type { ComponentType } from 'preact';
import lazy from 'preact-iso/lazy';
import { ReloadPage } from '../parts/reload-page.tsx';
import { text } from '../text/text.ts';

/** A page whose script is loaded when it is first opened, so that a counter need not load the office. */
export const lazyPage = (load: () => Promise<ComponentType>) => lazy(() => load().catch(() => NotLoaded));

/** A browser does not load a script again that once failed, so the whole page is loaded anew. */
const NotLoaded = () => <ReloadPage title={text.problem.title} why={text.problem.lost} />;
