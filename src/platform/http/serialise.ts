import fastJson from 'fast-json-stringify';
import type { App } from './http.ts';

/** Writes answers by the response schemas of their routes. Each is compiled with the first answer, as fifty would delay a start. */
export function serialiseAnswers(app: App): void {
  app.setSerializerCompiler(({ schema }) => {
    let write: ((data: unknown) => string) | undefined;
    return (data) => (write ??= fastJson(withoutEnums(schema) as Parameters<typeof fastJson>[0]))(data);
  });
}

/**
 * An enum only describes the expected values and must not reject an answer: an adopted database may hold
 * other values, which in a union (`anyOf`) would cause a 500.
 */
function withoutEnums(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutEnums);
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(([key, value]) => key !== 'enum' || !Array.isArray(value));
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutEnums(value)]));
}
