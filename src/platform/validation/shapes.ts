import { Type } from 'typebox';

/**
 * A text of an answer that is one of a few. The description says which; an answer is written whatever it holds, since a
 * database that was taken over may hold other values.
 */
export const OneOf = (values: readonly string[], description?: string) =>
  Type.String({ enum: values, ...(description !== undefined && { description }) });

/** The name of a shape that recurs, among the components of the description. */
export const component = (name: string) => ({ 'x-component': name });
