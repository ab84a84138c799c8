import type { preHandlerHookHandler } from 'fastify';
import { bodyCheck, type BodySchema } from '../validation/check-body.ts';
import { parameterReader, type ParametersSchema } from '../validation/read-parameters.ts';
import type { App } from './http.ts';

/**
 * Validates each request by the schemas of its route: first the body, then path and query. Clients rely on
 * that order; Fastify by itself begins with the path.
 */
export function validateRequests(app: App): void {
  app.setValidatorCompiler(({ schema, httpPart }) =>
    httpPart === 'body' ? bodyCheck(schema as BodySchema) : () => true,
  );
  app.addHook('onRoute', (route) => {
    const { params, querystring } = route.schema ?? {};
    if (params === undefined && querystring === undefined) return;
    const readParams = params ? parameterReader(params as ParametersSchema) : undefined;
    const readQuery = querystring ? parameterReader(querystring as ParametersSchema) : undefined;
    const read: preHandlerHookHandler = (request, _reply, done) => {
      if (readParams) request.params = readParams(request.params as Record<string, string>);
      if (readQuery) request.query = readQuery(request.query as Record<string, string>);
      done();
    };
    route.preHandler = [read, ...[route.preHandler ?? []].flat()];
  });
}
