import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** The client's own id if it is fit for headers and logs, else a new one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const asked = headers['x-request-id'];
  return typeof asked === 'string' && REQUEST_ID.test(asked) ? asked : randomUUID();
}
