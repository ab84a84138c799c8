import type { ErrorObject } from 'ajv';
import type { TSchema } from 'typebox';
import type { FieldError } from '../errors.ts';
import type { Rule } from './fields.ts';

export type Property = TSchema & {
  type?: string;
  /** Its name in validation failures, where that is not its name in the request. */
  'x-field'?: string;
  'x-rule'?: Rule;
  enum?: unknown;
  format?: string;
  items?: Property;
  minLength?: number;
};
export type Properties = Record<string, Property>;

/** `name` and `index`: the property, and the entry of its list. */
export type Fault = FieldError & { name: string; index: number };

/** What a schema's error means for the client. */
export function faultOf(properties: Properties, error: ErrorObject): Fault {
  const [, named = '', index] = error.instancePath.split('/');
  const name = error.keyword === 'required' ? String(error.params['missingProperty']) : named;
  return faultAt(properties, name, index === undefined ? undefined : Number(index), messageOf(error));
}

/** A fault of a field, or of an entry of its list. */
export function faultAt(
  properties: Properties,
  name: string,
  index: number | undefined,
  message: string,
): Fault {
  const entry = index === undefined ? '' : `[${index}]`;
  const field = (properties[name]?.['x-field'] ?? name) + entry;
  return { name, index: index ?? 0, field, message, path: name + entry };
}

/** One entry for each faulty field, in the order in which the schema names them. */
export function firstOfEach(properties: Properties, faults: readonly Fault[]): FieldError[] {
  const order = Object.keys(properties);
  const sorted = faults.toSorted(
    (a, b) => order.indexOf(a.name) - order.indexOf(b.name) || a.index - b.index,
  );
  const seen = new Map<string, FieldError>();
  for (const { field, message, path } of sorted) {
    if (!seen.has(field)) seen.set(field, { field, message, path });
  }
  return [...seen.values()];
}

function messageOf({ keyword, params, parentSchema }: ErrorObject): string {
  const property = parentSchema as Property;
  switch (keyword) {
    case 'required':
      return 'This field is required';
    // Clients know this message, of an empty list too.
    case 'minItems':
    case 'minLength':
      return `Must be at least ${params['limit']} characters`;
    case 'maxLength':
    case 'maxItems':
      return `Must be at most ${params['limit']} characters`;
    case 'x-rule':
      return property['x-rule']?.message ?? INVALID_VALUE;
    default:
      return INVALID_VALUE;
  }
}

export const INVALID_VALUE = 'Invalid value';
