import type { BundledMovie } from './catalogue.ts';
import { drawMotif } from './motifs.ts';
import { formatDuration } from './read.ts';
import { BRAND, escapeXml, fitText, squeeze } from './svg.ts';

const FONT = `font-family="Poppins, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"`;
const MARGIN = 48;
const WIDTH = 600 - 2 * MARGIN;
const inLines = (lines: number, ...sizes: number[]) => sizes.map((size) => ({ size, lines }));
// Two large lines look better than three larger ones.
const TITLE = [...inLines(2, 76, 70, 64, 58, 52), ...inLines(3, 64, 58, 52, 46, 40, 34, 28, 22)];
const FACTS = inLines(1, 19, 17, 15, 13);

/** A poster of 600 by 900 units, the same for the same movie; it needs nothing from elsewhere. */
export function drawPoster(movie: Omit<BundledMovie, 'plot'>): string {
  const [ground, , light] = movie.palette;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 900" width="600" height="900" role="img" aria-label="${escapeXml(movie.name)}">
<defs>
<linearGradient id="shade" x1="0" y1="0" x2="0" y2="1">
<stop offset="0" stop-color="${ground}" stop-opacity="0"/><stop offset="0.8" stop-color="${ground}"/>
</linearGradient>
<clipPath id="window"><rect width="600" height="640"/></clipPath>
</defs>
<rect width="600" height="900" fill="${ground}"/>
<g clip-path="url(#window)">${drawMotif(movie.motif, movie.palette, movie.movieId)}</g>
<rect y="440" width="600" height="201" fill="url(#shade)"/>
${title(movie.name, light)}
${footer(movie, light)}
</svg>
`;
}

/** The title stands on a line, so that one of a single line and one of three end at the same height. */
function title(name: string, light: string): string {
  const { lines, size } = fitText(name, WIDTH, TITLE);
  const leading = size * 1.08;
  const top = 782 - leading * (lines.length - 1);
  const spans = lines.map(
    (line, i) =>
      `<text x="${MARGIN}" y="${(top + i * leading).toFixed(1)}"${squeeze(line, size, WIDTH)}>${escapeXml(line)}</text>`,
  );
  return `<g ${FONT} font-weight="700" font-size="${size}" letter-spacing="-0.5" fill="${light}">${spans.join('')}</g>`;
}

function footer({ genre, minutes }: Pick<BundledMovie, 'genre' | 'minutes'>, light: string): string {
  const facts = `${genre.replaceAll(', ', ' · ')}  |  ${formatDuration(minutes).replace('m0s', 'm').replace('h', 'h ')}`;
  const { size } = fitText(facts, WIDTH - 110, FACTS);
  return `<rect x="${MARGIN}" y="812" width="64" height="6" fill="${BRAND}"/>
<g ${FONT} fill="${light}"><text x="${MARGIN}" y="856" font-size="${size}" fill-opacity="0.8">${escapeXml(facts)}</text>
<text x="${600 - MARGIN}" y="856" font-size="15" font-weight="700" letter-spacing="3" text-anchor="end">SKYFOX</text></g>`;
}
