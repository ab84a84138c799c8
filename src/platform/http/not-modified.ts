import type { IncomingHttpHeaders } from 'node:http';

/** Whether the client already has the answer, by RFC 9110: it sends the tag (weak or strong) or `*`. */
export function isNotModified(headers: IncomingHttpHeaders, etag: string): boolean {
  const known = headers['if-none-match'];
  if (known === undefined) return false;
  const [opaque = ''] = OPAQUE_TAG.exec(etag) ?? [];
  return known.trim() === '*' || known.matchAll(OPAQUE_TAGS).some(([tag]) => tag === opaque);
}

const OPAQUE_TAG = /"[^"]*"/;
const OPAQUE_TAGS = /"[^"]*"/g;
