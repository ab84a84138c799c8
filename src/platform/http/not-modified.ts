import type { IncomingHttpHeaders } from 'node:http';

/** Whether the client has the answer, by RFC 9110: it names tags, compared whether weak or not, or `*` for any. */
export function isNotModified(headers: IncomingHttpHeaders, etag: string): boolean {
  const known = headers['if-none-match'];
  if (known === undefined) return false;
  const [opaque = ''] = OPAQUE_TAG.exec(etag) ?? [];
  return known.trim() === '*' || known.matchAll(OPAQUE_TAGS).some(([tag]) => tag === opaque);
}

const OPAQUE_TAG = /"[^"]*"/;
const OPAQUE_TAGS = /"[^"]*"/g;
