import { STATUS_CODES } from 'node:http';
import type { Refusal } from '../errors.ts';

/** A refusal as it stands in the description. */
type Described = Pick<
  Refusal,
  'status' | 'code' | 'message' | 'errors' | 'retryAfterSeconds' | 'mayHaveHappened'
>;
type Responses = Record<string, object>;

const text = { type: 'string' };
const fieldError = {
  type: 'object',
  required: ['field', 'message', 'path'],
  properties: {
    field: { ...text, description: 'The name that older clients know', examples: ['SeatNumbers[1]'] },
    message: text,
    path: { ...text, description: 'The name in the request', examples: ['seat_numbers[1]'] },
  },
};

/** What every refusal looks like. */
export const ErrorSchema = {
  type: 'object',
  required: ['status', 'code', 'message', 'request_id'],
  properties: {
    status: { type: 'string', enum: ['ERROR'] },
    code: { ...text, description: 'For programs', examples: ['VALIDATION_ERROR'] },
    message: { ...text, description: 'For people' },
    request_id: { ...text, description: 'As in the header X-Request-ID' },
    errors: { type: 'array', items: fieldError, description: 'The faulty fields, where a validation failed' },
    may_have_happened: {
      type: 'boolean',
      description:
        'True where it is not known whether the request had its effect. Without it a 503 means that nothing happened',
    },
  },
};

/** The responses for refusals, by status: the codes as an enum, and an example of each. */
export function errorResponses(refusals: readonly Described[]): Responses {
  const byStatus = Object.groupBy(refusals, ({ status }) => status);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, refused = []]) => [
      status,
      errorResponse(STATUS_CODES[status], refused),
    ]),
  );
}

export function errorResponse(description: string | undefined, refusals: readonly Described[]) {
  const seconds = refusals.find(({ retryAfterSeconds }) => retryAfterSeconds)?.retryAfterSeconds;
  return {
    description,
    ...(seconds !== undefined && { headers: { 'Retry-After': retryAfter(seconds) } }),
    content: {
      'application/json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Error' },
            codes([...new Set(refusals.map(({ code }) => code))]),
          ],
        },
        examples: examplesOf(refusals),
      },
    },
  };
}

const retryAfter = (seconds: number) => ({
  description: 'When to try again, in seconds',
  schema: { type: 'integer', examples: [seconds] },
});

const codes = (values: readonly string[]) => ({
  type: 'object',
  required: ['code'],
  properties: { code: { type: 'string', enum: values } },
});

/** Named by their codes; a second message of a code by the code and a number. */
function examplesOf(refusals: readonly Described[]) {
  const examples: Record<string, { value: object }> = {};
  const messages = new Set<string>();
  for (const refusal of refusals) {
    const { code, message, errors, mayHaveHappened } = refusal;
    if (messages.has(`${code} ${message}`)) continue;
    messages.add(`${code} ${message}`);
    const same = Object.keys(examples).filter((name) => name.replace(/_\d+$/, '') === nameOf(code)).length;
    examples[same === 0 ? nameOf(code) : `${nameOf(code)}_${same + 1}`] = {
      value: {
        status: 'ERROR',
        code,
        message,
        request_id: '6f1c6f3e-1d0a-4f57-9a3a-0f3f1f6b2c11',
        ...(errors && { errors }),
        ...(mayHaveHappened && { may_have_happened: true }),
      },
    };
  }
  return examples;
}

/** Names of examples have no spaces, which one code has. */
const nameOf = (code: string) => code.replaceAll(' ', '_');
