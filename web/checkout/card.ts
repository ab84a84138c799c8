/** A card as it is typed. It lives in the form, and in the request until that is answered. */
export type CardFields = { number: string; expiry: string; cvv: string; holder: string };
export type CardField = keyof CardFields;
export type CardFault = 'required' | 'number' | 'expiry' | 'past' | 'cvv' | 'holder';
export type SentCard = {
  card_number: string;
  cvv: string;
  expiry_month: string;
  expiry_year: string;
  cardholder_name: string;
};

/** What is surely wrong with a card, before anybody is asked; the rest the gateway judges. */
export function faultsOf(card: CardFields, today: Date): Partial<Record<CardField, CardFault>> {
  return Object.fromEntries(
    Object.entries({
      number: card.number.trim() === '' ? 'required' : isNumber(card.number) ? undefined : 'number',
      expiry: expiryFault(card.expiry, today),
      cvv: card.cvv.trim() === '' ? 'required' : /^\d{3}$/.test(card.cvv.trim()) ? undefined : 'cvv',
      holder: card.holder.trim() === '' ? 'required' : undefined,
    }).filter(([, fault]) => fault !== undefined),
  );
}

/** A month that is over for a clock that may be a day off is left to the gateway. */
function expiryFault(text: string, today: Date): CardFault | undefined {
  if (text.trim() === '') return 'required';
  const expiry = readExpiry(text);
  if (!expiry) return 'expiry';
  const end = Date.UTC(2000 + Number(expiry.year), Number(expiry.month), 2);
  return end < today.getTime() ? 'past' : undefined;
}

/** Sixteen digits that pass the Luhn check, however they are spaced. */
export function isNumber(text: string): boolean {
  const digits = digitsOf(text);
  if (!/^\d{16}$/.test(digits)) return false;
  const sum = Array.from(digits, Number).reduce((total, digit, at) => {
    const weighed = at % 2 === 0 ? digit * 2 : digit;
    return total + (weighed > 9 ? weighed - 9 : weighed);
  }, 0);
  return sum % 10 === 0;
}

const digitsOf = (text: string) => text.replaceAll(/[\s-]/g, '');

/** `12/39`, `12 / 2039`, `1239`. */
export function readExpiry(text: string): { month: string; year: string } | undefined {
  const [, month, year] = /^(0?[1-9]|1[0-2])\s*\/\s*(?:20)?(\d\d)$|^$/.exec(text.trim()) ?? [];
  if (month && year) return { month: month.padStart(2, '0'), year };
  const [, first, last] = /^(0[1-9]|1[0-2])(?:20)?(\d\d)$/.exec(text.trim()) ?? [];
  return first && last ? { month: first, year: last } : undefined;
}

export function cardToSend({ number, expiry, cvv, holder }: CardFields): SentCard {
  const { month = '', year = '' } = readExpiry(expiry) ?? {};
  return {
    card_number: digitsOf(number),
    cvv: cvv.trim(),
    expiry_month: month,
    expiry_year: year,
    cardholder_name: holder.trim(),
  };
}

const FIELDS: Readonly<Record<string, CardField>> = {
  card_number: 'number',
  cvv: 'cvv',
  expiry_month: 'expiry',
  expiry_year: 'expiry',
  expiry: 'expiry',
  cardholder_name: 'holder',
  name: 'holder',
};

/** The field of the form that a refusal's path means. */
export const fieldOf = (path: string): CardField | undefined => FIELDS[path];
