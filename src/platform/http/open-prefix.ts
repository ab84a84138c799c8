import type { IncomingMessage } from 'node:http';

const opened = new WeakSet<IncomingMessage>();

/**
 * Gives every route a second address under `prefix`, where it needs no gateway key. The prefix is taken off the target
 * as it came, before anything decodes it, so that what remains is judged by the same routes and rules as without it.
 */
export function openPrefix(prefix: string | undefined): (request: IncomingMessage) => void {
  if (prefix === undefined) return () => undefined;
  const start = `${prefix}/`;
  return (request) => {
    if (!request.url?.startsWith(start)) return;
    request.url = request.url.slice(prefix.length);
    opened.add(request);
  };
}

/** Whether a request came by the open prefix. */
export const isByOpenPrefix = (request: IncomingMessage) => opened.has(request);
