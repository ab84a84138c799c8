import { BRAND, circle, each, fill, line, path, pointAt, rect } from './svg.ts';

/** Ground, middle and light. */
export type Palette = readonly [ground: string, middle: string, light: string];

/** Draws into the upper 600 by 640 units of a poster. */
type Draw = (palette: Palette, random: () => number) => string;

const stars = (colour: string, random: () => number, count = 60) =>
  each(count, () =>
    circle(
      Math.round(random() * 600),
      Math.round(random() * 560),
      1 + Math.round(random() * 14) / 10,
      fill(colour, 0.35 + Math.round(random() * 5) / 10),
    ),
  );

const motifs = {
  bars: ([, middle, light]) =>
    circle(300, 300, 170, fill(BRAND)) +
    each(7, (i) => rect(60 + i * 74, 0, 36, 640, fill(i % 2 ? middle : light, i % 2 ? 0.9 : 0.92))),

  arches: ([, middle, light]) =>
    each(6, (i) => {
      const half = 250 - i * 44;
      const colour = i === 5 ? BRAND : i % 2 ? light : middle;
      const top = 90 + i * 48 + half;
      return path(
        `M${300 - half} 640V${top}a${half} ${half} 0 0 1 ${2 * half} 0V640Z`,
        fill(colour, i % 2 && i < 5 ? 0.22 : 1),
      );
    }),

  skyline: ([, middle, light], random) =>
    stars(light, random, 30) +
    circle(420, 190, 96, fill(BRAND)) +
    each(2, (row) =>
      each(11 - row * 3, (i) => {
        const width = row ? 76 : 56;
        const height = Math.round((row ? 120 : 240) + random() * 200);
        return rect(
          i * width,
          640 - height,
          width - 4,
          height,
          fill(row ? '#000' : middle, row ? 0.55 : 0.8),
        );
      }),
    ),

  table: ([, middle, light]) =>
    circle(300, 320, 250, line(middle, 3)) +
    circle(300, 320, 132, fill(middle)) +
    circle(300, 320, 96, line(light, 2, 0.5)) +
    each(12, (i) =>
      circle(
        ...pointAt((i * Math.PI) / 6 - Math.PI / 2, 200),
        30,
        fill(i === 8 ? BRAND : light, i === 8 ? 1 : 0.9),
      ),
    ),

  rays: ([, middle, light]) =>
    each(24, (i) => {
      const [ax, ay] = pointAt((i * Math.PI) / 12 - 0.065, 700, 300, 350);
      const [bx, by] = pointAt((i * Math.PI) / 12 + 0.065, 700, 300, 350);
      return path(`M300 350L${ax} ${ay}L${bx} ${by}Z`, fill(middle, i % 2 ? 0.45 : 0.9));
    }) +
    circle(300, 350, 150, fill(light)) +
    circle(300, 350, 118, fill(BRAND)),

  road: ([, middle, light]) =>
    rect(0, 0, 600, 330, fill(middle, 0.55)) +
    circle(300, 330, 150, fill(BRAND)) +
    rect(0, 330, 600, 310, fill(middle)) +
    path('M286 330H314L560 640H40Z', fill('#000', 0.55)) +
    each(5, (i) => {
      const y = 345 + i * i * 14 + i * 8;
      const half = 1.5 + i * 2.4;
      const height = 10 + i * 11;
      return path(`M${300 - half} ${y}h${2 * half}l${half / 3} ${height}h${-2.7 * half}Z`, fill(light));
    }),

  steps: ([, middle, light]) =>
    circle(430, 170, 84, fill(BRAND)) +
    each(8, (i) => {
      const x = 40 + i * 68;
      const y = 560 - i * 52;
      return (
        rect(x, y, 600, 52, fill(middle, 0.25 + i * 0.09)) +
        rect(x, y, 600, 5, fill(light, 0.85)) +
        rect(x, y, 5, 52, fill(light, 0.4))
      );
    }),

  rain: ([, middle, light], random) =>
    each(25, (column) => {
      const head = 4 + Math.floor(random() * 20);
      const hot = random() < 0.14;
      return each(head, (row) => {
        const colour = row === head - 1 ? (hot ? BRAND : light) : middle;
        const width = random() < 0.5 ? 6 : 14;
        return rect(
          column * 24 + 4,
          row * 25 + 8,
          width,
          17,
          fill(colour, Math.round((0.15 + (0.85 * row) / head) * 100) / 100),
        );
      });
    }),

  orbits: ([, middle, light], random) =>
    stars(light, random) +
    each(5, (i) =>
      circle(300, 320, 90 + i * 48, line(i % 2 ? light : middle, i % 2 ? 2 : 10, i % 2 ? 0.6 : 1)),
    ) +
    each(5, (i) => circle(...pointAt(random() * 2 * Math.PI, 90 + i * 48), 9 + i * 3, fill(light))) +
    circle(300, 320, 58, fill(BRAND)),

  planet: ([, middle, light], random) =>
    stars(light, random, 90) +
    circle(300, 620, 330, fill(middle)) +
    circle(300, 650, 330, fill('#000', 0.45)) +
    circle(300, 270, 70, fill(BRAND)) +
    circle(300, 620, 345, line(light, 2, 0.5)),

  waves: ([, middle, light]) =>
    circle(300, 260, 140, fill(BRAND)) +
    each(7, (i) => {
      const y = 270 + i * 54;
      const shift = i % 2 ? -75 : 0;
      const crests = each(5, () => 'q37.5 -44 75 0t75 0');
      return path(
        `M${shift - 75} ${y}${crests}V640H-150Z`,
        fill(i % 3 === 1 ? light : middle, i % 3 === 1 ? 0.85 : 0.55 + i * 0.06),
      );
    }),

  sun: ([ground, middle, light]) =>
    circle(300, 330, 240, fill(middle)) +
    circle(300, 330, 190, fill(light, 0.9)) +
    circle(300, 330, 140, fill(BRAND)) +
    each(7, (i) => rect(0, 360 + i * 34, 600, 6 + i * 4, fill(ground))),

  peaks: ([, middle, light]) =>
    circle(410, 200, 90, fill(BRAND)) +
    path('M-60 640L190 190L440 640Z', fill(middle)) +
    path('M190 190L440 640H250Z', fill('#000', 0.25)) +
    path('M190 190L252 302L215 285L190 315L160 280L128 302Z', fill(light)) +
    path('M200 640L430 300L680 640Z', fill(middle, 0.75)) +
    path('M430 300L680 640H450Z', fill('#000', 0.3)),

  bubbles: ([, middle, light], random) =>
    each(26, (i) => {
      const [x, y, r] = [random() * 600, random() * 560, 16 + random() * 62].map(Math.round) as [
        number,
        number,
        number,
      ];
      return circle(x, y, r, fill(i % 3 ? middle : light, i % 3 ? 0.6 : 0.85));
    }) +
    circle(300, 310, 128, fill(BRAND)) +
    circle(262, 268, 26, fill(light, 0.85)),
} satisfies Record<string, Draw>;

export type Motif = keyof typeof motifs;

/** The motif as SVG; `seed` decides where chance would. */
export const drawMotif = (motif: Motif, palette: Palette, seed: string): string =>
  motifs[motif](palette, randomFrom(seed));

/** Numbers from 0 to 1 that are always the same for the same text (mulberry32 on a hash of it). */
function randomFrom(text: string): () => number {
  let state = Array.from(text).reduce(
    (hash, character) => Math.imul(hash ^ character.charCodeAt(0), 16_777_619),
    2_166_136_261,
  );
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
