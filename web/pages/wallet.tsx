import { readMoves, readWallet, type Move } from '../api/routes.ts';
import { TopUp } from '../checkout/top-up.tsx';
import { Bones, Shown, useLoaded } from '../parts/loading.tsx';
import { ForUsers, Page } from '../parts/page.tsx';
import { moment, money, toPaise } from '../text/formats.ts';
import { text } from '../text/text.ts';

/** `/app/wallet`: balance, top-up, history. */
export function WalletPage() {
  return <ForUsers why={text.session.toPage}>{() => <LoadedWallet />}</ForUsers>;
}

function LoadedWallet() {
  const words = text.purse;
  const wallet = useLoaded(readWallet, 'wallet');
  const moves = useLoaded(readMoves, 'moves');
  const reload = () => {
    wallet.reload();
    moves.reload();
  };
  return (
    <Page title={words.title} kind="wallet-page">
      <div class="columns">
        <div>
          <Shown of={wallet} skeleton={<Bones count={1} kind="line-bone" />}>
            {({ balance }) => (
              <p class="balance card">
                {words.balance} <strong>{money(toPaise(balance))}</strong>
              </p>
            )}
          </Shown>
          <TopUp onDone={reload} />
        </div>
        <section aria-labelledby="history">
          <h2 id="history">{words.history}</h2>
          <Shown of={moves} skeleton={<Bones count={3} kind="line-bone" />}>
            {({ transactions }) =>
              transactions.length === 0 ? <p class="hint">{words.none}</p> : <History moves={transactions} />
            }
          </Shown>
        </section>
      </div>
    </Page>
  );
}

function History({ moves }: { moves: readonly Move[] }) {
  const words = text.purse;
  return (
    <table class="history">
      <thead>
        <tr>
          <th scope="col">{words.when}</th>
          <th scope="col">{words.what}</th>
          <th scope="col">{words.amount}</th>
        </tr>
      </thead>
      <tbody>
        {moves.map((move) => {
          const isAdded = move.transaction_type === 'ADD';
          return (
            <tr key={move.id}>
              <td>{moment(move.timestamp)}</td>
              <td>{whatOf(move)}</td>
              <td class={isAdded ? 'plus' : 'minus'}>
                {isAdded ? '+' : '−'} {money(toPaise(move.amount))}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function whatOf({ transaction_type, booking_id }: Move): string {
  const words = text.purse;
  if (transaction_type === 'ADD') return booking_id ? words.returned : words.added;
  return booking_id ? words.spent(booking_id) : words.spentGone;
}
