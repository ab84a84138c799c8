import type { IncomingMessage } from 'node:http';

const opened = new WeakSet<IncomingMessage>();

/**
 * Serves every route also under `prefix`, without the gateway key. The prefix is removed from the raw target
 * before anything decodes it, so the same routes and rules apply to the rest.
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
