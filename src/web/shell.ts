import { ASSETS, type Entry } from './files.ts';

/** The settings that the scripts read from the element `#app`. */
export type Facts = { publicUrl: string; deskIdleMinutes: number };

/** The icon is inside the page, because browsers would request one: a screen over two rows of seats. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#e04b00"/>' +
    '<path d="M6 11q10-5 20 0" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"/>' +
    '<path d="M8 18h4m2 0h4m2 0h4M8 24h4m2 0h4m2 0h4" stroke="#fff" stroke-width="4"/></svg>',
)}`;

/** The page that loads a part of the app, without any inline script or style. */
export function shellOf({ script, preload, style }: Entry, { publicUrl, deskIdleMinutes }: Facts): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>SkyFox</title>
    <link rel="icon" href="${ICON}">
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
