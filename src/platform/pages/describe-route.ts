import { STATUS_CODES } from 'node:http';
import type { FastifySchema, RouteOptions } from 'fastify';
import { Type } from 'typebox';
import type { Refusal } from '../errors.ts';
import { ROLES } from '../http/http.ts';
import { guardsOf, refusalsOf } from './refusals.ts';

type RouteContext = { url: string; schema: FastifySchema | undefined; signedOut: readonly Refusal[] };
/** The parts of a route that are added when the document is complete. */
type Described = { refusals: readonly Refusal[]; isBodyOptional: boolean };
export type DescribedOperation = {
  'x-described': Described;
  requestBody?: { required: boolean };
  responses: Record<string, object>;
};

/** The facts of a route that its schema lacks: its name, the roles that may call it, and all its answers. */
export function describeRoute(route: RouteOptions, { url, schema = {}, signedOut }: RouteContext) {
  if (schema.hide) return { url, schema };
  const {
    params,
    response,
    produces,
    description,
    refusals: _,
    ...rest
  } = schema as FastifySchema & {
    produces?: string[];
  };
  const isBodyOptional = (schema.body as { mayBeAbsent?: boolean } | undefined)?.mayBeAbsent ?? false;
  const described: Described = { refusals: refusalsOf(route, signedOut), isBodyOptional };
  return {
    // OpenAPI has no wildcards, and what generators make of a parameter named * does not compile.
    url: url.replace('*', ':key'),
    schema: {
      ...rest,
      ...(params !== undefined && { params: namedParams(params) }),
      operationId: operationId(String(route.method), url),
      description: [audienceOf(route), description].filter(Boolean).join('\n\n'),
      security: securityOf(route),
      response: {
        ...(produces && { 200: bytes(produces) }),
        ...statusNamed(response as Record<string, object> | undefined),
      },
      ...(route.config?.multipart && { consumes: ['application/json', 'multipart/form-data'] }),
      'x-described': described,
    },
  };
}

function namedParams(params: unknown) {
  const { properties } = params as { properties: Record<string, Type.TSchema> };
  return Type.Object(
    Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [name === '*' ? 'key' : name, value]),
    ),
  );
}

/** What a generated client calls it: `getBookingByIdQr` for `GET /booking/:id/qr`. */
function operationId(method: string, url: string): string {
  const words = url.replaceAll(/:(\w+)/g, 'by-$1').match(/[A-Za-z0-9]+/g) ?? ['root'];
  return method.toLowerCase() + words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('');
}

/** The roles of a route; none are all roles, and undefined is a route without a login. */
const rolesOf = (route: RouteOptions) => guardsOf(route).find(({ roles }) => roles)?.roles;

function audienceOf(route: RouteOptions): string {
  const roles = rolesOf(route);
  if (roles === undefined) return 'No login needed.';
  return roles.length === 0 ? `For every role: ${ROLES.join(', ')}.` : `For the role ${roles.join(' or ')}.`;
}

function securityOf(route: RouteOptions): Record<string, string[]>[] {
  if (route.config?.keyless) return [];
  return [rolesOf(route) ? { token: [], gatewayKey: [] } : { gatewayKey: [] }];
}

const bytes = (types: readonly string[]) => ({
  description: 'OK',
  content: Object.fromEntries(types.map((type) => [type, { schema: Type.String() }])),
});

const statusNamed = (answers: Record<string, object> = {}) =>
  Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => [
      status,
      { ...answer, 'x-response-description': STATUS_CODES[status] },
    ]),
  );
