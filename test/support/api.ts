import type { TestApp } from './app.ts';

type Schema = {
  type?: string | string[];
  examples?: unknown[];
  enum?: unknown[];
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
};
type Parameter = { in: 'path' | 'query'; name: string };
type Described = {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
};

/** A route as the OpenAPI page describes it. */
export type Operation = { method: string; path: string; parameters: Parameter[]; body: Schema | undefined };

export async function listOperations(app: TestApp): Promise<Operation[]> {
  const { text } = await app.get('/openapi.json');
  const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, Described>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      parameters,
      body: Object.values(requestBody?.content ?? {})[0]?.schema,
    })),
  );
}

/** The path with `id` for whatever it names. */
export const pathWith = (path: string, id: string | number) => path.replaceAll(/\{[^}]+\}/g, String(id));

/** A body that its schema lets pass, of the examples where there are any; `overrides` by the name of a field. */
export function sampleBody(schema: Schema | undefined, overrides: Record<string, unknown> = {}): unknown {
  if (!schema?.properties) return undefined;
  return Object.fromEntries(
    Object.entries(schema.properties).map(([name, field]) => [name, overrides[name] ?? sampleOf(field)]),
  );
}

function sampleOf(field: Schema): unknown {
  if (field.examples?.length) return field.examples[0];
  if (field.enum) return field.enum[0];
  if (field.anyOf) return sampleOf(field.anyOf[0] ?? {});
  if (field.type === 'array') return [sampleOf(field.items ?? {})];
  return field.type === 'integer' || field.type === 'number' ? 1 : 'A1';
}

/** The names of the fields that take text, those of lists as well. */
export const textFields = (schema: Schema | undefined): string[] =>
  Object.entries(schema?.properties ?? {})
    .filter(
      ([, field]) => typeof sampleOf(field) === 'string' || typeof [sampleOf(field)].flat()[0] === 'string',
    )
    .map(([name]) => name);

export const isList = (schema: Schema | undefined, name: string) =>
  schema?.properties?.[name]?.type === 'array';
