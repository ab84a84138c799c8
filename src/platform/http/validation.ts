import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { Type, type TSchema } from 'typebox';
import type { FieldError } from '../errors.ts';

/** What a text must satisfy, and what the client is told where it does not. */
export type Rule = { message: string; test: (text: string) => boolean };
export type FieldOptions = { rule?: Rule; min?: number; max?: number; example?: string };

/** A text of a request body; `field` is the name that validation failures use for it. */
export const Text = (field: string, { rule, min, max, example }: FieldOptions = {}) =>
  Type.String({
    'x-field': field,
    ...(rule && { 'x-rule': rule, description: rule.message }),
    ...(min !== undefined && { minLength: min }),
    ...(max !== undefined && { maxLength: max }),
    ...(example !== undefined && { examples: [example] }),
  });

/** An id of a request body: a JSON integer that JavaScript holds exactly. */
export const Id = (field: string) =>
  Type.Integer({ 'x-field': field, maximum: 2 ** 53, minimum: -(2 ** 53), examples: [1] });

// More decimals than two are a matter of the amount, which the use case judges; anything else is no number.
const DECIMAL = '^-?(0|[1-9][0-9]{0,30})([.][0-9]{1,30})?$';

/** Money of a request body: a JSON number, or digits with at most two decimals as text. Judged by `readMoney`. */
export const MoneyIn = (field: string) =>
  Type.Union([Type.Number(), Type.String({ pattern: DECIMAL })], { 'x-field': field, examples: [150.5] });

/** A body that cannot be used: malformed (not JSON, or of a wrong type), or with fields that break their rules. */
export class InvalidBody extends Error {
  readonly fields: readonly FieldError[] | undefined;

  constructor(fields?: readonly FieldError[]) {
    super(fields ? 'fields break their rules' : 'malformed body');
    this.fields = fields;
  }
}

type Property = TSchema & {
  type?: string;
  'x-field'?: string;
  'x-rule'?: Rule;
  enum?: unknown;
  items?: Property;
  minLength?: number;
};
type BodySchema = TSchema & { properties: Record<string, Property>; required?: string[]; anyText?: boolean };
type Result = { value: Record<string, unknown> } | { error: InvalidBody };

// Made once, since a judge of its own for each of forty schemas took most of the program's start.
const judgeAll = createAjv({ allErrors: true });
const judgeToFirst = createAjv({ allErrors: false });

/** The check that api.md (*Validation*) describes. Compiled with the first body, since forty schemas would delay a start. */
export function bodyValidator(schema: BodySchema): (body: unknown) => Result {
  let validateAll: ValidateFunction | undefined;
  let validateToFirst: ValidateFunction | undefined;
  const order = Object.keys(schema.properties);
  return (body) => {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return { error: new InvalidBody() };
    const value = presentFields(schema, body as Record<string, unknown>);
    // A list of millions could have millions of faults.
    const isLong = Object.values(value).some((part) => Array.isArray(part) && part.length > LONG_LIST);
    const validate = isLong
      ? (validateToFirst ??= judgeToFirst.compile(schema))
      : (validateAll ??= judgeAll.compile(schema));
    const unreadable = schema.anyText ? [] : unreadableTexts(schema, value);
    if (unreadable === 'malformed') return { error: new InvalidBody() };
    const errors = validate(value) ? [] : (validate.errors ?? []);
    if (errors.some(isTypeFault)) return { error: new InvalidBody() };
    const faults = [...unreadable, ...errors.map((error) => fault(schema, error))];
    if (faults.length === 0) return { value };
    return { error: new InvalidBody(firstOfEach(faults, order).slice(0, LONG_LIST)) };
  };
}

const LONG_LIST = 1_000;

type Fault = FieldError & { key: string; index: number };

function createAjv({ allErrors }: { allErrors: boolean }) {
  const ajv = new Ajv({ allErrors, verbose: true, strict: false, allowUnionTypes: true });
  ajv.addKeyword({
    keyword: 'x-rule',
    type: 'string',
    validate: (rule: Rule, text: string) => rule.test(text),
  });
  return ajv;
}

// Absent and null are the same absence where a field is required, and so is "" of a text and 0 of a number; unknown
// fields are dropped.
function presentFields({ properties, required = [] }: BodySchema, body: Record<string, unknown>) {
  const present: Record<string, unknown> = {};
  for (const key of Object.keys(properties)) {
    const value = Object.hasOwn(body, key) ? body[key] : undefined;
    if (value === undefined || value === null) continue;
    // Of another type they are no absence but a fault.
    const empty = properties[key]?.type === 'string' ? '' : 0;
    if (required.includes(key) && value === empty && properties[key]?.type !== 'array') continue;
    present[key] = value;
  }
  return present;
}

/** Texts that PostgreSQL cannot keep: a U+0000 or half a surrogate pair breaks the rule of its field, if it has one. */
function unreadableTexts({ properties }: BodySchema, value: Record<string, unknown>): Fault[] | 'malformed' {
  const faults: Fault[] = [];
  for (const [key, content] of Object.entries(value)) {
    for (const [index, text] of (Array.isArray(content) ? content : [content]).entries()) {
      if (typeof text !== 'string' || isReadable(text)) continue;
      const property = Array.isArray(content) ? properties[key]?.items : properties[key];
      const rule = property?.['x-rule'];
      if (!rule && property?.minLength === undefined && property?.enum === undefined) return 'malformed';
      const place = placeOf(properties, key, Array.isArray(content) ? index : undefined);
      faults.push({ ...place, message: rule?.message ?? 'Invalid value' });
    }
  }
  return faults;
}

export const isReadable = (text: string) => text.isWellFormed() && !text.includes('\0');

const isTypeFault = ({ keyword }: ErrorObject) =>
  keyword === 'type' || keyword === 'maximum' || keyword === 'minimum' || keyword === 'anyOf';

function fault({ properties }: BodySchema, error: ErrorObject): Fault {
  const [, named = '', index] = error.instancePath.split('/');
  const key = error.keyword === 'required' ? String(error.params['missingProperty']) : named;
  const place = placeOf(properties, key, index === undefined ? undefined : Number(index));
  return { ...place, message: messageOf(error) };
}

/** Where a fault is: in a field, or in an entry of its list. */
function placeOf(properties: BodySchema['properties'], key: string, index: number | undefined) {
  const entry = index === undefined ? '' : `[${index}]`;
  return { key, index: index ?? 0, field: (properties[key]?.['x-field'] ?? key) + entry, path: key + entry };
}

function messageOf({ keyword, params, parentSchema }: ErrorObject): string {
  switch (keyword) {
    case 'required':
      return 'This field is required';
    case 'minItems':
      return (
        (parentSchema as { 'x-empty'?: string })['x-empty'] ??
        `Must be at least ${params['limit']} characters`
      );
    case 'minLength':
      return `Must be at least ${params['limit']} characters`;
    case 'maxLength':
    case 'maxItems':
      return `Must be at most ${params['limit']} characters`;
    case 'x-rule':
      return (parentSchema as { 'x-rule': Rule })['x-rule'].message;
    default:
      return 'Invalid value';
  }
}

/** One entry for each faulty field, in the order in which the schema names them. */
function firstOfEach(faults: readonly Fault[], order: readonly string[]): FieldError[] {
  const sorted = faults.toSorted((a, b) => order.indexOf(a.key) - order.indexOf(b.key) || a.index - b.index);
  const seen = new Map<string, FieldError>();
  for (const { field, message, path } of sorted) {
    if (!seen.has(field)) seen.set(field, { field, message, path });
  }
  return [...seen.values()];
}
