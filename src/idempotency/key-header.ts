import type { FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { Type } from 'typebox';
import { invalidKey } from './errors.ts';

type Headers = FastifyRequest['headers'];

const KEY = /^("?)([A-Za-z0-9._-]{1,128})\1$/;

/** The key of a request; quoted, as the draft of the header has it, it is the same key. */
export function keyOf(headers: Headers): string | undefined {
  const given = headers['idempotency-key'];
  return typeof given === 'string' ? KEY.exec(given)?.[2] : undefined;
}

/** What the API page says of it; judged by checkKeyForm(). */
export const KeyHeader = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: KEY.source,
      description:
        'A new one for each thing to be done, the same one when it is sent again: it is then done once and answered alike',
    }),
  ),
});

/** Refuses a key of another form before anything else of the request is looked at; for `onRequest`. */
export function checkKeyForm(
  request: Pick<FastifyRequest, 'headers'>,
  _reply: unknown,
  done: HookHandlerDoneFunction,
): void {
  const isFit = request.headers['idempotency-key'] === undefined || keyOf(request.headers) !== undefined;
  done(isFit ? undefined : invalidKey());
}
