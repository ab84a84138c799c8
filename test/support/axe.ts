import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';

const axe = await readFile(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

type Finding = { id: string; nodes: { target: string[]; failureSummary: string }[] };
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function findings(page: Page): Promise<string[]> {
  // Past the page's policy, as a browser's own tools are.
  const session = await page.context().newCDPSession(page);
  if (!(await page.evaluate('"axe" in window'))) await session.send('Runtime.evaluate', { expression: axe });
  const violations = await page.evaluate<Finding[]>(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'] })
      .then(({ violations }) => violations)`,
  );
  await session.detach();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
  );
}

type Shape = { width: number; colorScheme: 'light' | 'dark' };
const SHAPES: readonly Shape[] = [
  { width: 1280, colorScheme: 'light' },
  { width: 375, colorScheme: 'dark' },
  { width: 320, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
];

/** How many pixels have to be scrolled sideways. */
export const overflow = (page: Page) =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/** What axe finds, and what is too wide, in light and dark, from 320 to 1280 px. */
export async function findInAllShapes(page: Page, shapes = SHAPES): Promise<string[]> {
  const found: string[] = [];
  for (const { width, colorScheme } of shapes) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    found.push(...(await findings(page)).map((finding) => `${colorScheme}, ${width} px: ${finding}`));
    const wide = await overflow(page);
    if (Number(wide) > 0) found.push(`${width} px: ${String(wide)} px too wide`);
  }
  return found;
}
