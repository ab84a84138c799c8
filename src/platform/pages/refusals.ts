import type { RouteOptions } from 'fastify';
import {
  invalidApiKey,
  invalidRequest,
  payloadTooLarge,
  Refusal,
  unavailable,
  uncertain,
  validationFailed,
} from '../errors.ts';
import type { Guard } from '../http/http.ts';
import type { ParameterRefusals } from '../validation/parameters.ts';

type Body = { properties?: Record<string, { 'x-field'?: string }>; required?: readonly string[] };
type Parameters = { properties?: Record<string, { type?: string; 'x-refusals'?: ParameterRefusals }> };

/** The checks that come before a route. */
export const guardsOf = ({ onRequest = [] }: RouteOptions): Guard[] =>
  [onRequest].flat().filter((hook): hook is Guard => 'refusals' in hook);

/** An example of every refusal of a route. `signedOut`: the refusals for a missing or invalid token. */
export function refusalsOf(route: RouteOptions, signedOut: readonly Refusal[]): Refusal[] {
  const guards = guardsOf(route);
  const isOpen = route.config?.keyless;
  const refusals = [
    ...(isOpen ? [] : [invalidApiKey()]),
    ...(guards.some(({ roles }) => roles) ? signedOut : []),
    ...guards.flatMap(({ refusals }) => refusals),
    ...bodyRefusals(route),
    ...parameterRefusals(route),
    ...(route.schema?.refusals ?? []),
    ...(isOpen ? [] : [tooManyRequests(), unavailable()]),
    ...(isOpen || isReading(route) ? [] : [uncertain()]),
  ];
  return [
    ...refusals,
    ...ofProxy().filter(({ status }) => refusals.some((known) => known.status === status)),
  ];
}

const isReading = ({ method }: RouteOptions) => method === 'GET';

/** A body is parsed for every method that may have one, even if the route takes none. */
function bodyRefusals(route: RouteOptions): Refusal[] {
  if (isReading(route)) return [];
  const { malformed, invalid } = route.config ?? {};
  const { properties = {}, required = [] } = (route.schema?.body ?? {}) as Body;
  const fields = required.map((path) => {
    const field = properties[path]?.['x-field'] ?? path;
    return { field, message: 'This field is required', path };
  });
  return [
    payloadTooLarge(),
    malformed?.() ?? invalid?.() ?? invalidRequest(),
    ...(fields.length > 0 ? [invalid?.() ?? validationFailed(fields)] : []),
  ];
}

function parameterRefusals({ schema }: RouteOptions): Refusal[] {
  return [schema?.params, schema?.querystring].flatMap((part) => {
    const { properties = {} } = (part ?? {}) as Parameters;
    return Object.entries(properties).flatMap(([path, { type, 'x-refusals': own = {} }]) => {
      // Anything can be read as a flag.
      if (type === 'boolean') return [];
      const invalid = own.invalid?.() ?? validationFailed([{ field: path, message: 'Invalid value', path }]);
      return [invalid, own.missing?.(), own.notFound?.('1')].filter((refusal) => !!refusal);
    });
  });
}

/** The proxy in front also sends these, because it has its own limits. */
export const tooManyRequests = () =>
  new Refusal(429, 'RATE_LIMITED', 'Too many requests; try again later', { retryAfterSeconds: 1 });

/** The proxy's answers while the program does not answer. */
export const ofProxy = () => [
  new Refusal(502, 'BAD_GATEWAY', 'The service is restarting; try again shortly', { mayHaveHappened: true }),
  new Refusal(504, 'GATEWAY_TIMEOUT', 'The service did not answer in time', { mayHaveHappened: true }),
];
