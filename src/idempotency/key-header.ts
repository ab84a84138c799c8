import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import { Type } from 'typebox';
import type { Guard } from '../platform/http/http.ts';
import { invalidKey, keyReused, requestInProgress, unresolved } from './errors.ts';

type Headers = FastifyRequest['headers'];

const KEY = /^("?)([A-Za-z0-9._-]{1,128})\1$/;

/** The key of a request. A quoted key, as in the draft of the header, is the same key. */
export function keyOf(headers: Headers): string | undefined {
  const given = headers['idempotency-key'];
  return typeof given === 'string' ? KEY.exec(given)?.[2] : undefined;
}

/** What the API page says of it. `checkKeyForm` checks it. */
export const KeyHeader = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: KEY.source,
      description:
        'A new one for each thing to be done, the same one when it is sent again: it is then done once and answered alike',
    }),
  ),
});

const refuseOtherForms: onRequestHookHandler = ({ headers }, _reply, done) => {
  const isFit = headers['idempotency-key'] === undefined || keyOf(headers) !== undefined;
  done(isFit ? undefined : invalidKey());
};

/** Refuses a malformed key before anything else of the request is checked. */
export const checkKeyForm: Guard = Object.assign(refuseOtherForms, {
  refusals: [invalidKey(), keyReused(), requestInProgress(), unresolved()],
});
