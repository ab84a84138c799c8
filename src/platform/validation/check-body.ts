import type { ErrorObject, ValidateFunction } from 'ajv';
import type { TSchema } from 'typebox';
import type { FieldError } from '../errors.ts';
import { compile } from './compile.ts';
import { faultAt, faultOf, firstOfEach, INVALID_VALUE, type Fault, type Properties } from './field-errors.ts';
import { isReadable } from './readable.ts';

/** `anyText`: the route itself judges its texts. `mayBeAbsent`: a request without a body has an empty one. */
export type BodySchema = TSchema & {
  properties: Properties;
  required?: string[];
  anyText?: boolean;
  mayBeAbsent?: boolean;
};

/** A body that cannot be used: malformed (not JSON, or of a wrong type), or with fields that break their rules. */
export class InvalidBody extends Error {
  readonly fields: readonly FieldError[] | undefined;

  constructor(fields?: readonly FieldError[]) {
    super(fields ? 'fields break their rules' : 'malformed body');
    this.fields = fields;
  }
}

type Result = { value: Record<string, unknown> } | { error: InvalidBody };

const LONG_LIST = 1_000;

/** The check that api.md (*Validation*) describes. Compiled with the first body, since forty schemas would delay a start. */
export function bodyCheck(schema: BodySchema): (body: unknown) => Result {
  const { properties } = schema;
  let findAll: ValidateFunction | undefined;
  let findFirst: ValidateFunction | undefined;
  return (given) => {
    const body = schema.mayBeAbsent ? (given ?? {}) : given;
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return { error: new InvalidBody() };
    const value = presentFields(schema, body as Record<string, unknown>);
    // A list of millions could have millions of faults.
    const isLong = Object.values(value).some((part) => Array.isArray(part) && part.length > LONG_LIST);
    const check = isLong ? (findFirst ??= compile(schema, { first: true })) : (findAll ??= compile(schema));
    const unreadable = schema.anyText ? [] : unreadableTexts(properties, value);
    if (unreadable === 'malformed') return { error: new InvalidBody() };
    const errors = check(value) ? [] : (check.errors ?? []);
    if (errors.some(isTypeError)) return { error: new InvalidBody() };
    const faults = [...unreadable, ...errors.map((error) => faultOf(properties, error))];
    if (faults.length === 0) return { value };
    return { error: new InvalidBody(firstOfEach(properties, faults).slice(0, LONG_LIST)) };
  };
}

// For a required field null counts as absent, and so do "" of a text and 0 of a number. Unknown fields are
// dropped.
function presentFields({ properties, required = [] }: BodySchema, body: Record<string, unknown>) {
  const present: Record<string, unknown> = {};
  for (const key of Object.keys(properties)) {
    const value = Object.hasOwn(body, key) ? body[key] : undefined;
    if (value === undefined || value === null) continue;
    // A value of another type is a fault and does not count as absent.
    const empty = properties[key]?.type === 'string' ? '' : 0;
    if (required.includes(key) && value === empty && properties[key]?.type !== 'array') continue;
    present[key] = value;
  }
  return present;
}

/** Texts that PostgreSQL cannot keep break the rule of their field. Without a rule they make the body malformed. */
function unreadableTexts(properties: Properties, value: Record<string, unknown>): Fault[] | 'malformed' {
  const faults: Fault[] = [];
  for (const [name, content] of Object.entries(value)) {
    for (const [index, text] of (Array.isArray(content) ? content : [content]).entries()) {
      if (typeof text !== 'string' || isReadable(text)) continue;
      const property = Array.isArray(content) ? properties[name]?.items : properties[name];
      const rule = property?.['x-rule'];
      if (!rule && !property?.minLength && !property?.enum && !property?.format) return 'malformed';
      const message = rule?.message ?? INVALID_VALUE;
      faults.push(faultAt(properties, name, Array.isArray(content) ? index : undefined, message));
    }
  }
  return faults;
}

const isTypeError = ({ keyword }: ErrorObject) =>
  keyword === 'type' || keyword === 'maximum' || keyword === 'minimum' || keyword === 'anyOf';
