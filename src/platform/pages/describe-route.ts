import { STATUS_CODES } from 'node:http';
import type { FastifySchema, RouteOptions } from 'fastify';
import { Type } from 'typebox';

/** What a schema does not say of its route: its name, who may call it, and all that it may answer. */
export function describeRoute(route: RouteOptions, url: string, schema: FastifySchema = {}) {
  const { produces, params, response, ...rest } = schema as FastifySchema & { produces?: string[] };
  return {
    // OpenAPI has no wildcards, and what generators make of a parameter named * does not compile.
    url: url.replace('*', ':key'),
    schema: {
      ...rest,
      ...(params !== undefined && { params: namedParams(params) }),
      operationId: operationId(String(route.method), url),
      security: securityOf(route),
      response: {
        ...(produces && { 200: bytes(produces) }),
        ...described(response as Record<string, object> | undefined),
        default: Failure,
      },
      ...(route.config?.multipart && { consumes: ['application/json', 'multipart/form-data'] }),
    },
  };
}

const Failure = Type.Object(
  {
    status: Type.String({ const: 'ERROR' }),
    code: Type.String({ examples: ['VALIDATION_ERROR'] }),
    message: Type.String(),
    request_id: Type.String(),
    errors: Type.Optional(
      Type.Array(Type.Object({ field: Type.String(), message: Type.String(), path: Type.String() })),
    ),
    may_have_happened: Type.Optional(
      Type.Boolean({
        const: true,
        description:
          'There where it is not known whether what was asked for has happened; without it a 503 means that nothing has',
      }),
    ),
  },
  { description: 'What was wrong; `errors` names the fields where a validation failed' },
);

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

function securityOf({ config, onRequest }: RouteOptions): Record<string, string[]>[] {
  if (config?.keyless) return [];
  return [onRequest ? { token: [], gatewayKey: [] } : { gatewayKey: [] }];
}

const bytes = (types: readonly string[]) => ({
  description: 'OK',
  content: Object.fromEntries(types.map((type) => [type, { schema: Type.String() }])),
});

const described = (answers: Record<string, object> = {}) =>
  Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => [
      status,
      { ...answer, 'x-response-description': STATUS_CODES[status] },
    ]),
  );
