import { STATUS_CODES } from 'node:http';
import swagger from '@fastify/swagger';
import {
  expectationFailed,
  headersTooLarge,
  invalidApiKey,
  invalidRequest,
  payloadTooLarge,
  requestTimeout,
  routeNotFound,
  unavailable,
  uncertain,
  type Refusal,
} from '../errors.ts';
import { internalError } from '../http/error-answers.ts';
import type { App } from '../http/http.ts';
import { nameComponents } from './components.ts';
import { describeRoute, type DescribedOperation } from './describe-route.ts';
import { errorResponse, errorResponses, ErrorSchema } from './error-responses.ts';
import { INTRODUCTION } from './introduction.ts';
import { NAME, VERSION } from './names.ts';
import { ofProxy, tooManyRequests } from './refusals.ts';

/** `signedOut`: the refusals for a missing or invalid token. */
export type Description = { publicUrl: string; signedOut: readonly Refusal[] };
type Document = { paths: Record<string, Record<string, DescribedOperation>>; components: object };

/** OpenAPI 3.1 from the schemas that validate. To be called before the routes are registered. */
export async function describeApi(app: App, { publicUrl, signedOut }: Description): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: NAME,
        version: VERSION,
        description: INTRODUCTION,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: publicUrl }],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          gatewayKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
        },
      },
      security: [{ token: [], gatewayKey: [] }],
    },
    transform: ({ schema, url, route }) => describeRoute(route, { url, schema, signedOut }),
    transformObject: (document) =>
      complete((document as { openapiObject: unknown }).openapiObject as Document, signedOut),
  });
}

/** Puts the refusals of each route among its responses, and the shapes that have names among the components. */
function complete({ paths, components, ...rest }: Document, signedOut: readonly Refusal[]) {
  const schemas: Record<string, object> = { Error: ErrorSchema };
  const shared = sharedResponses(signedOut);
  const completed = mapValues(paths, (operations) =>
    mapValues(operations, (operation) => completeOperation(operation, shared)),
  );
  return {
    ...rest,
    paths: nameComponents(completed, schemas),
    components: {
      ...components,
      schemas,
      responses: { ...shared, Unexpected: errorResponse('Anything else', unexpected()) },
    },
  };
}

function completeOperation(operation: DescribedOperation, shared: Record<string, object>) {
  const { 'x-described': described, requestBody, responses, ...rest } = operation;
  const names = new Map(Object.entries(shared).map(([name, response]) => [JSON.stringify(response), name]));
  const referTo = (response: object) => {
    const name = names.get(JSON.stringify(response));
    return name === undefined ? response : { $ref: `#/components/responses/${name}` };
  };
  return {
    ...rest,
    ...(requestBody && { requestBody: { ...requestBody, required: !described.isBodyOptional } }),
    responses: {
      ...responses,
      ...mapValues(errorResponses(described.refusals), referTo),
      default: { $ref: '#/components/responses/Unexpected' },
    },
  };
}

/** What most routes refuse alike. */
const sharedResponses = (signedOut: readonly Refusal[]) =>
  mapValues(
    {
      Unauthorized: [...signedOut],
      Forbidden: [invalidApiKey()],
      PayloadTooLarge: [payloadTooLarge()],
      TooManyRequests: [tooManyRequests()],
      Unavailable: [unavailable()],
      WriteUnavailable: [unavailable(), uncertain()],
    },
    (refusals) => errorResponse(STATUS_CODES[refusals[0]?.status ?? 500], refusals),
  );

const mapValues = <From, To>(record: Record<string, From>, change: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

/**
 * The refusals of any request, whatever its route: from the program, from Node's parser, from the proxy in
 * front.
 */
const unexpected = () => [
  internalError(),
  routeNotFound(),
  invalidRequest(),
  requestTimeout(),
  expectationFailed(),
  headersTooLarge(),
  ...ofProxy(),
];
