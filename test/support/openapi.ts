import type { App } from '../../src/platform/http/http.ts';

export type Schema = {
  $ref?: string;
  type?: string | string[];
  examples?: unknown[];
  enum?: unknown[];
  properties?: Record<string, Schema>;
  items?: Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
};
export type Content = Record<
  string,
  { schema: Schema; example?: unknown; examples?: Record<string, { value: unknown }> }
>;
export type Parameter = {
  in: 'path' | 'query' | 'header';
  name: string;
  required?: boolean;
  example?: string | number | boolean;
  schema: Schema;
};
export type Response = { $ref?: string; description: string; content?: Content };
export type Described = {
  summary?: string;
  description?: string;
  tags?: string[];
  operationId: string;
  deprecated?: boolean;
  security: object[];
  parameters?: Parameter[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, Response>;
};
export type Document = {
  info: { description: string };
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, Schema>; responses: Record<string, Response> };
};
export type DescribedRoute = { method: string; path: string; operation: Described };

export const routesOf = ({ paths }: Document): DescribedRoute[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );

/** What a reference leads to, or the thing itself. */
export function resolved<T extends { $ref?: string }>(document: Document, node: T): T {
  if (node.$ref === undefined) return node;
  const parts = node.$ref.slice('#/'.length).split('/');
  return parts.reduce<unknown>((place, part) => (place as Record<string, unknown>)[part], document) as T;
}

/** The codes that a response lists. */
export function codesOf(document: Document, response: Response): string[] {
  const { content } = resolved(document, response);
  const parts = content?.['application/json']?.schema.allOf ?? [];
  return parts.flatMap((part) => (part.properties?.['code']?.enum ?? []) as string[]);
}

/** Every refusal that is sent although the description does not list it for its route. */
export function watchRefusals(app: App): string[] {
  const unlisted: string[] = [];
  let document: Document | undefined;
  app.addHook('onSend', async ({ method, routeOptions }, { statusCode }, payload) => {
    const { url } = routeOptions;
    if (statusCode < 400 || url === undefined || typeof payload !== 'string') return payload;
    const { code } = JSON.parse(payload) as { code?: string };
    document ??= app.swagger() as unknown as Document;
    const path = url.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{key}');
    const responses = document.paths[path]?.[method === 'HEAD' ? 'get' : method.toLowerCase()]?.responses;
    if (!responses || code === undefined) return payload;
    const listed = [String(statusCode), 'default'].flatMap((status) =>
      responses[status] ? codesOf(document as Document, responses[status]) : [],
    );
    if (!listed.includes(code)) unlisted.push(`${method} ${path}: ${statusCode} ${code}`);
    return payload;
  });
  return unlisted;
}
