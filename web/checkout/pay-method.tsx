import { money } from '../text/formats.ts';
import { text } from '../text/text.ts';
import { way, wayFor, waysFor, type Way } from './way.ts';

type PayMethodProps = { amount: number; balance: number | undefined; isLocked?: boolean };

/** Card, wallet or both, depending on the wallet's balance. */
export function PayMethod({ amount, balance = 0, isLocked = false }: PayMethodProps) {
  const words = text.pay;
  const ways = waysFor(amount, balance);
  const chosen = wayFor(way.value, amount, balance);
  const more: Record<Way, string> = {
    card: words.cardMore(money(amount)),
    wallet: balance >= amount ? words.walletMore(money(balance)) : words.walletShort(money(balance)),
    both: words.bothMore(money(balance), money(amount - balance)),
  };
  const shown: Way[] = ways.includes('both') ? ['card', 'both'] : ['card', 'wallet'];
  return (
    <fieldset class="ways" disabled={isLocked}>
      <legend>{words.how}</legend>
      {shown.map((each) => (
        <label key={each} class="way">
          <input
            type="radio"
            name="way"
            value={each}
            checked={each === chosen}
            disabled={!ways.includes(each)}
            onChange={() => (way.value = each)}
          />
          <span>
            {words[each]}
            <small>{more[each]}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
