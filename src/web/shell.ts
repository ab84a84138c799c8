import { ASSETS, type Entry } from './files.ts';

/** What the scripts have to know beforehand; they read it from the element `#app`. */
export type Facts = { publicUrl: string; deskIdleMinutes: number };

/** The page that loads a part of the app, without any inline script or style. */
export function shellOf({ script, preload, style }: Entry, { publicUrl, deskIdleMinutes }: Facts): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>SkyFox</title>
${style === undefined ? '' : `    <link rel="stylesheet" href="${ASSETS}${style}">\n`}\
${preload.map((name) => `    <link rel="modulepreload" href="${ASSETS}${name}">\n`).join('')}\
    <script type="module" src="${ASSETS}${script}"></script>
  </head>
  <body>
    <div id="app" data-public-url="${quoted(publicUrl)}" data-desk-idle-minutes="${deskIdleMinutes}"></div>
    <noscript>This page needs JavaScript.</noscript>
  </body>
</html>
`;
}

const quoted = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
