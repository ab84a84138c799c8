/**
 * The possible outcomes for a good card. All but `charge` are faults; those marked + charge the card all the
 * same.
 */
export const fates = {
  charge: '+ charged and answered',
  decline: 'declined by the bank',
  unavailable: 'answers 503',
  garbage: 'answers 500 with a page instead of JSON',
  'cut-before': 'cuts the connection without charging',
  'cut-after': '+ charges, then cuts the connection',
  hang: '+ charges and never answers',
  slow: '+ charges and answers after 2 s',
} as const;
export type Fate = keyof typeof fates;

/** Card numbers with a fixed outcome. Any other number that passes the Luhn check is good. */
export const fatedCards: ReadonlyMap<string, Fate> = new Map([
  ['4000000000000002', 'decline'],
  ['4000000000000119', 'unavailable'],
  ['4000000000000127', 'garbage'],
  ['4000000000000069', 'cut-before'],
  ['4000000000000341', 'cut-after'],
  ['4000000000009995', 'hang'],
  ['4000000000003220', 'slow'],
]);

/** The test numbers that every payment company publishes; they pass like any number that is formed well. */
export const goodCards = [
  '4242424242424242',
  '4111111111111111',
  '4012888888881881',
  '5555555555554444',
  '5105105105105100',
  '2223003122003222',
  '6011111111111117',
  '3566002020360505',
] as const;

export type Payment = { card_number: string; cvv: string; expiry: string; name: string; amount: number };
export type Fault = { field: string; message: string };

/** The first fault of each field, as the real gateway words it. */
export function faultsOf({ card_number, cvv, expiry, name }: Payment): Fault[] {
  return Object.entries({
    card_number: numberFault(card_number),
    cvv: cvvFault(cvv),
    expiry: expiryFault(expiry),
    name: nameFault(name.trim()),
  }).flatMap(([field, message]) => (message === undefined ? [] : [{ field, message }]));
}

function numberFault(number: string): string | undefined {
  if (!/^[0-9]{16}$/.test(number)) return 'Card number must be exactly 16 digits';
  if (!passesLuhn(number)) return 'Card number failed Luhn check';
  return undefined;
}

function passesLuhn(digits: string): boolean {
  const sum = Array.from(digits)
    .toReversed()
    .reduce((total, digit, place) => {
      const weighed = Number(digit) * (place % 2 === 0 ? 1 : 2);
      return total + (weighed > 9 ? weighed - 9 : weighed);
    }, 0);
  return sum % 10 === 0;
}

function cvvFault(cvv: string): string | undefined {
  if (!/^[0-9]+$/.test(cvv)) return 'CVV must contain only numeric characters';
  if (cvv.length !== 3) return 'CVV must be exactly 3 digits';
  if (cvv === '000') return 'CVV must be between 001 and 999';
  return undefined;
}

/** A card is good until its month is over, in UTC. */
function expiryFault(expiry: string): string | undefined {
  const [, month, shortYear] = /^(0[1-9]|1[0-2])\/([0-9]{2})$/.exec(expiry) ?? [];
  if (!month || !shortYear) return 'Expiry must be in MM/YY format with valid month (01-12)';
  const now = new Date();
  const year = 2000 + Number(shortYear);
  if (year > now.getUTCFullYear() + 20) return 'Expiry cannot exceed 20 years from now';
  if (now.getTime() >= Date.UTC(year, Number(month), 1)) return 'Card has expired';
  return undefined;
}

function nameFault(name: string): string | undefined {
  if (!/^[A-Za-z '-]+$/.test(name)) {
    return 'Name must contain only letters, spaces, apostrophes, and hyphens';
  }
  if (name.length < 2 || name.length > 40) return 'Name must be between 2 and 40 characters';
  return undefined;
}
