import type { ValidateFunction } from 'ajv';
import type { TSchema } from 'typebox';
import { validationFailed, type Refusal } from '../errors.ts';
import { compile } from './compile.ts';
import { faultOf, firstOfEach, type Property } from './field-errors.ts';
import type { ParameterRefusals } from './parameters.ts';

type Parameter = Property & { 'x-refusals'?: ParameterRefusals; 'x-digits'?: number };
export type ParametersSchema = TSchema & { properties: Record<string, Parameter> };
type Texts = Record<string, string>;
type Values = Record<string, unknown>;

/**
 * Reads the parameters of a path or a query by their schema: numbers come out as numbers, and an empty text is absent.
 * Names that the schema does not have stay as they are. Throws the refusal of the first parameter that breaks it.
 */
export function parameterReader(schema: ParametersSchema): (texts: Texts) => Values {
  let check: ValidateFunction | undefined;
  return (texts) => {
    const values: Values = Object.create(null) as Values;
    for (const [name, text] of Object.entries(texts)) {
      const parameter = schema.properties[name];
      if (!parameter) values[name] = text;
      else if (text !== '') values[name] = valueOf(parameter, text);
    }
    check ??= compile(schema);
    if (!check(values)) throw refusalOf(schema, texts, check);
    return values;
  };
}

/** The value, or the text as it came where it has another form: the schema refuses that. */
function valueOf({ type, 'x-digits': digits }: Parameter, text: string): unknown {
  if (type === 'boolean') return text === 'true';
  if (type !== 'integer') return text;
  const isWritten = digits === undefined ? /^[+-]?\d{1,19}$/.test(text) : isOfDigits(text, digits);
  const number = Number(text);
  return isWritten && Number.isSafeInteger(number) ? number : text;
}

const isOfDigits = (text: string, most: number) => text.length <= most && /^\d+$/.test(text);

function refusalOf({ properties }: ParametersSchema, texts: Texts, { errors }: ValidateFunction): Refusal {
  const faults = (errors ?? []).map((error) => faultOf(properties, error));
  const fields = firstOfEach(properties, faults);
  const [first = { path: '' }] = fields;
  const { invalid, missing = invalid, notFound } = properties[first.path]?.['x-refusals'] ?? {};
  const text = texts[first.path];
  const refusal = !text ? missing?.() : (/^[+-]?\d+$/.test(text) && notFound?.(text)) || invalid?.();
  return refusal ?? validationFailed(fields);
}
