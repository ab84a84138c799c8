import { inflateSync } from 'node:zlib';

/** The operators of a page: the only stream of our documents that sets text. */
export function readContent(pdf: Buffer): string {
  const source = pdf.toString('latin1');
  for (const [, stream = ''] of source.matchAll(/stream\n([^]*?)\nendstream/g)) {
    const content = inflate(Buffer.from(stream, 'latin1'));
    if (content?.includes('\nBT\n')) return content;
  }
  throw new Error('no page in the document');
}

function inflate(stream: Buffer): string | undefined {
  try {
    return inflateSync(stream).toString('latin1');
  } catch {
    return undefined;
  }
}

export type Box = { left: number; top: number; right: number; bottom: number };

/** Where the squares of the code are, in points from the page's upper left corner. */
export function findCode(content: string): Box {
  const squares = [...content.matchAll(/^([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re$/gm)]
    .map((match) => match.slice(1).map(Number))
    .filter(([, , , height = 0]) => height < 10);
  const lefts = squares.map(([x = 0]) => x);
  const tops = squares.map(([, y = 0]) => y);
  return {
    left: Math.min(...lefts),
    top: Math.min(...tops),
    right: Math.max(...squares.map(([x = 0, , width = 0]) => x + width)),
    bottom: Math.max(...squares.map(([, y = 0, , height = 0]) => y + height)),
  };
}

/** The baselines of all text, in points from the page's top. */
export const baselines = (content: string, pageHeight: number): number[] =>
  [...content.matchAll(/1 0 0 1 [-\d.]+ ([-\d.]+) Tm/g)].map(([, y]) => pageHeight - Number(y));
