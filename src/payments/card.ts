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
type CardField = { path: string; field: string; gatewayName: string; value: (card: Card) => string };

export const CARD = 'card';
export const REQUIRED = 'This field is required';

// The gateway has one name for both fields of an expiry, and its own name for the holder.
const FIELDS: readonly CardField[] = [
  { path: 'card_number', field: 'CardNumber', gatewayName: CARD, value: ({ number }) => number },
  { path: 'cvv', field: 'CVV', gatewayName: 'cvv', value: ({ cvv }) => cvv },
  {
    path: 'expiry_month',
    field: 'ExpiryMonth',
    gatewayName: 'expiry',
    value: ({ expiryMonth }) => expiryMonth,
  },
  { path: 'expiry_year', field: 'ExpiryYear', gatewayName: 'expiry', value: ({ expiryYear }) => expiryYear },
  { path: 'cardholder_name', field: 'CardholderName', gatewayName: 'name', value: ({ holder }) => holder },
];

/**
 * The gateway's faults under the fields of our requests, and every missing field, whether or not the gateway
 * named it.
 */
export function faultyFields(gatewayFaults: readonly CardFault[], card: Card): FieldError[] {
  const known = FIELDS.flatMap((named) => {
    const { path, field, value } = named;
    const faults = gatewayFaults.filter((fault) => isAbout(fault, named, card));
    if (faults.length === 0 && value(card) === '') return [{ field, message: REQUIRED, path }];
    return faults.map(({ message }) => ({ field, message, path }));
  });
  const others = gatewayFaults.filter(
    ({ field }) => !FIELDS.some((named) => [named.gatewayName, named.path].includes(field)),
  );
  return [...known, ...others.map(({ field, message }) => ({ field, message, path: field }))];
}

/** A fault of the expiry belongs to both its fields, unless one of them is missing. */
function isAbout({ field }: CardFault, { gatewayName, path, value }: CardField, card: Card): boolean {
  if (field === path) return true;
  if (field !== gatewayName) return false;
  const parts = FIELDS.filter((named) => named.gatewayName === gatewayName);
  return value(card) === '' || parts.every((part) => part.value(card) !== '');
}
