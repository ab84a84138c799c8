import { Ajv, type ValidateFunction } from 'ajv';
import { isDate } from '../dates.ts';
import type { Rule } from './fields.ts';

// Made once, since an Ajv of its own for each of forty schemas took most of the program's start.
const findingAll = createAjv({ allErrors: true });
const findingFirst = createAjv({ allErrors: false });

/** The check of a schema. It finds all errors, or with `first` only the first one. */
export const compile = (schema: object, { first = false } = {}): ValidateFunction =>
  (first ? findingFirst : findingAll).compile(schema);

function createAjv({ allErrors }: { allErrors: boolean }) {
  const ajv = new Ajv({ allErrors, verbose: true, strict: false, allowUnionTypes: true });
  ajv.addFormat('date', isDate);
  ajv.addKeyword({
    keyword: 'x-rule',
    type: 'string',
    validate: (rule: Rule, text: string) => rule.test(text),
  });
  return ajv;
}
