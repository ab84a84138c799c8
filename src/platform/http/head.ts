import type { IncomingMessage, RequestListener } from 'node:http';
import { Readable } from 'node:stream';

const heads = new WeakSet<IncomingMessage>();

/**
 * Lets every GET route answer HEAD with the same status and headers. The body is not sent: Node has created a
 * response for HEAD before this code runs.
 */
export function headAsGet(route: RequestListener): RequestListener {
  return (request, response) => {
    if (request.method === 'HEAD') {
      heads.add(request);
      request.method = 'GET';
    }
    route(request, response);
  };
}

/** Whether the request is a HEAD. An expensive or endless body then need not be made. */
export const isHead = (request: IncomingMessage) => heads.has(request);

/** The method that the client sent. */
export const methodOf = (request: IncomingMessage) => (isHead(request) ? 'HEAD' : (request.method ?? ''));

/** Replaces a stream that nobody will read. Its length is not sent, as with a stream. */
export const nothing = () => Readable.from([]);
