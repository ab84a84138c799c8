import type { FieldError } from '../platform/errors.ts';

/** A card as the client typed it; the gateway judges it. */
export type Card = {
  number: string;
  cvv: string;
  expiryMonth: string;
  expiryYear: string;
  holder: string;
};
/** A fault of a card. The field has the gateway's name, or CARD if the fault has no known field. */
export type CardFault = { field: string; message: string };
type CardField = { path: string; field: string; told: string; value: (card: Card) => string };

export const CARD = 'card';
export const REQUIRED = 'This field is required';

// The gateway has one name for both fields of an expiry, and its own name for the holder.
const FIELDS: readonly CardField[] = [
  { path: 'card_number', field: 'CardNumber', told: CARD, value: ({ number }) => number },
  { path: 'cvv', field: 'CVV', told: 'cvv', value: ({ cvv }) => cvv },
  { path: 'expiry_month', field: 'ExpiryMonth', told: 'expiry', value: ({ expiryMonth }) => expiryMonth },
  { path: 'expiry_year', field: 'ExpiryYear', told: 'expiry', value: ({ expiryYear }) => expiryYear },
  { path: 'cardholder_name', field: 'CardholderName', told: 'name', value: ({ holder }) => holder },
];

/**
 * The gateway's faults under the fields of our requests, and every missing field, whether or not the gateway
 * named it.
 */
export function faultyFields(told: readonly CardFault[], card: Card): FieldError[] {
  const known = FIELDS.flatMap((named) => {
    const { path, field, value } = named;
    const faults = told.filter((fault) => isAbout(fault, named, card));
    if (faults.length === 0 && value(card) === '') return [{ field, message: REQUIRED, path }];
    return faults.map(({ message }) => ({ field, message, path }));
  });
  const others = told.filter(
    ({ field }) => !FIELDS.some((named) => [named.told, named.path].includes(field)),
  );
  return [...known, ...others.map(({ field, message }) => ({ field, message, path: field }))];
}

/** A fault of the expiry belongs to both its fields, unless one of them is missing. */
function isAbout({ field }: CardFault, { told, path, value }: CardField, card: Card): boolean {
  if (field === path) return true;
  if (field !== told) return false;
  const parts = FIELDS.filter((named) => named.told === told);
  return value(card) === '' || parts.every((part) => part.value(card) !== '');
}
