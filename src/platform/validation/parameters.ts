import { Type } from 'typebox';
import type { Refusal } from '../errors.ts';
import type { Rule } from './fields.ts';
import { isReadable } from './readable.ts';

/** What a route answers to a parameter that breaks its schema, where that is not VALIDATION_ERROR. */
export type ParameterRefusals = {
  /** Malformed or out of range; also absent though required, unless `missing` says otherwise. */
  invalid?: () => Refusal;
  missing?: () => Refusal;
  /** A whole number that no id can be. Nothing has it, so this is the route's "not found". */
  notFound?: (text: string) => Refusal;
};
type Options = ParameterRefusals & { description?: string; example?: string | number | boolean };

/** An id. A sign and leading zeros are allowed, as in the service that this one replaces. */
export const IdParameter = (options: Options = {}) => Type.Integer(annotations({ example: 1, ...options }));

/** A number of things: 1 or more. */
export const CountParameter = (options: Options = {}) =>
  Type.Integer({ minimum: 1, ...annotations(options) });

/** A number written in digits alone. */
export const NumberParameter = ({ from, to, ...options }: Options & { from: number; to: number }) =>
  Type.Integer({ minimum: from, maximum: to, 'x-digits': String(to).length, ...annotations(options) });

/** A calendar date, YYYY-MM-DD. */
export const DateParameter = (options: Options = {}) =>
  Type.String({ format: 'date', ...annotations(options) });

/** A text that satisfies the rule; without one, any text that the database can keep. */
export const TextParameter = ({ rule = READABLE, ...options }: Options & { rule?: Rule } = {}) =>
  Type.String({ 'x-rule': rule, ...annotations(options) });

/** One of a few texts. */
export const ChoiceParameter = <T extends string>(values: readonly T[], options: Options = {}) =>
  Type.Unsafe<T>({ type: 'string', enum: values, ...annotations(options) });

/** `true`, or anything else for false. */
export const FlagParameter = (options: Options = {}) => Type.Boolean(annotations(options));

const READABLE: Rule = { message: 'Invalid value', test: isReadable };

function annotations({ description, example, ...refusals }: Options) {
  return {
    'x-refusals': refusals,
    ...(description !== undefined && { description }),
    ...(example !== undefined && { examples: [example] }),
  };
}
