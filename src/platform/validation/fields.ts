import { Type } from 'typebox';
import { DECIMAL } from '../money.ts';

/** The rule of a text, and the message to the client if the text breaks it. */
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

/** A calendar date of a request body, YYYY-MM-DD. */
export const DateIn = (field: string, { example }: { example: string }) =>
  Type.String({ 'x-field': field, format: 'date', examples: [example] });

/** An id of a request body: a JSON integer that JavaScript holds exactly. */
export const Id = (field: string) =>
  Type.Integer({ 'x-field': field, maximum: 2 ** 53, minimum: -(2 ** 53), examples: [1] });

/** Money of a request body: a JSON number, or digits with at most two decimals as text. Read by `readMoney`. */
export const MoneyIn = (field: string) =>
  Type.Union([Type.Number(), Type.String({ pattern: DECIMAL.source })], {
    'x-field': field,
    examples: [150.5],
  });
