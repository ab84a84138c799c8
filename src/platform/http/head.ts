import type { IncomingMessage, RequestListener } from 'node:http';
import { Readable } from 'node:stream';

const heads = new WeakSet<IncomingMessage>();

/**
 * Lets every route that answers GET answer HEAD: with the same status and headers, since it is the same answer. Of its
 * body nothing leaves, as Node has made the response for HEAD before anybody here sees the request.
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

/** Whether only the head of the answer is asked for: what costs much to make, or does not end, need not be made. */
export const isHead = (request: IncomingMessage) => heads.has(request);

/** What the client asked. */
export const methodOf = (request: IncomingMessage) => (isHead(request) ? 'HEAD' : (request.method ?? ''));

/** In the place of a stream that nobody will read: its length is not told, as a stream's is not. */
export const nothing = () => Readable.from([]);
