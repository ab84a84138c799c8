import type { FastifyReply } from 'fastify';

/** Whether an Accept header gives HTML a higher weight than JSON; a wildcard covers both alike. */
export function prefersHtml(accept: string | undefined): boolean {
  const ranges = (accept ?? '*/*').toLowerCase().split(',').map(readRange);
  return weightOf(['text/html', 'text/*', '*/*'], ranges) > weightOf(JSON_RANGES, ranges);
}
const JSON_RANGES = ['application/json', 'application/*', '*/*'];

type Range = { type: string; weight: number };

function readRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim());
  const weight = parameters.map((part) => /^q=([01](?:\.\d{0,3})?)$/.exec(part)?.[1]).find(Boolean);
  return { type, weight: Number(weight ?? 1) };
}

/** By RFC 9110 the most specific range counts. */
function weightOf(names: readonly string[], ranges: readonly Range[]): number {
  const found = names.map((name) => ranges.find(({ type }) => type === name)).find(Boolean);
  return found?.weight ?? 0;
}

/** A page for clients that do not follow the redirect. */
export function redirectTo(reply: FastifyReply, path: string): FastifyReply {
  return reply
    .code(302)
    .header('location', path)
    .type('text/html; charset=utf-8')
    .send(`<!doctype html><title>SkyFox</title><p><a href="${path}">${path}</a></p>\n`);
}
