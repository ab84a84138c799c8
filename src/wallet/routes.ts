import { Type, type Static } from 'typebox';
import { checkKeyForm, KeyHeader, type Idempotency } from '../idempotency/idempotency.ts';
import { chargeRefusals, type ChargeNeeds } from '../payments/payments.ts';
import { batched } from '../platform/database/batched.ts';
import { allow, Answer, type Routes } from '../platform/http/http.ts';
import { moneyOut, readMoney } from '../platform/money.ts';
import { MoneyIn, Text } from '../platform/validation/fields.ts';
import { component, OneOf } from '../platform/validation/shapes.ts';
import { amountNotPositive, amountTooFine, amountTooLarge, notACustomer, walletFull } from './errors.ts';
import { walletOut } from './answers.ts';
import { openWallet } from './moves.ts';
import { listMoves, listWallets, type MoveRow } from './queries.ts';
import { topUp } from './top-up.ts';

const Wallet = Type.Object(
  {
    username: Type.String(),
    balance: Type.Number(),
    updated_at: Type.String({ format: 'date-time' }),
  },
  component('Wallet'),
);
const TopUpRequest = Type.Object({
  amount: Type.Optional(MoneyIn('Amount')),
  card_number: Text('CardNumber', { example: '4242424242424242' }),
  cvv: Text('CVV', { example: '123' }),
  expiry_month: Text('ExpiryMonth', { example: '12' }),
  expiry_year: Text('ExpiryYear', { example: '35' }),
  cardholder_name: Text('CardholderName', { example: 'Asha Rao' }),
});
const Moves = Type.Object({
  transactions: Type.Array(
    Type.Object({
      id: Type.Integer(),
      amount: Type.Number(),
      transaction_type: OneOf(['ADD', 'DEDUCT']),
      booking_id: Type.Optional(Type.Integer()),
      transaction_id: Type.String(),
      timestamp: Type.String({ format: 'date-time' }),
    }),
  ),
});

export const walletRoutes: Routes<ChargeNeeds & { idempotency: Idempotency }> = (app, needs) => {
  const { pool, idempotency } = needs;
  const tags = ['wallet'];
  const onRequest = allow('customer');
  // One statement serves all customers who read their wallets in the same moment.
  const readWallet = batched(
    (usernames: string[]) => listWallets(pool, usernames),
    ({ username }) => username,
  );

  app.get(
    '/customer/wallet',
    {
      onRequest,
      schema: { summary: 'My wallet', tags, response: { 200: Answer(Wallet) }, refusals: [notACustomer()] },
    },
    async ({ user: { username } }) => {
      const wallet =
        (await readWallet(username)) ?? (await openWallet(pool, username), await readWallet(username));
      if (!wallet) throw notACustomer();
      return { message: 'Wallet balance retrieved successfully', data: walletOut(username, wallet) };
    },
  );

  app.post(
    '/customer/wallet/add-funds',
    {
      onRequest: [onRequest, checkKeyForm],
      schema: {
        summary: 'Top a wallet up',
        tags,
        headers: KeyHeader,
        body: TopUpRequest,
        response: { 200: Answer(Wallet) },
        refusals: [
          amountNotPositive(),
          amountTooLarge(),
          amountTooFine(),
          walletFull(),
          notACustomer(),
          ...chargeRefusals(),
        ],
      },
    },
    async (request) => {
      const { body, user } = request;
      const amount = readMoney(body.amount);
      return idempotency.once(request, 'wallet/add-funds', (once) =>
        topUp(needs, { username: user.username, amount, card: cardOf(body), once }),
      );
    },
  );

  app.get(
    '/customer/wallet/transactions',
    { onRequest, schema: { summary: 'History of my wallet', tags, response: { 200: Answer(Moves) } } },
    async ({ user }) => ({
      message: 'Wallet transactions retrieved successfully',
      data: { transactions: (await listMoves(pool, user.username)).map(moveOut) },
    }),
  );
};

const moveOut = ({ id, amount, type, bookingId, transactionId, movedAt }: MoveRow) => ({
  id,
  amount: moneyOut(amount),
  transaction_type: type,
  ...(bookingId !== null && { booking_id: bookingId }),
  transaction_id: transactionId,
  timestamp: movedAt.toISOString(),
});

const cardOf = (body: Static<typeof TopUpRequest>) => ({
  number: body.card_number,
  cvv: body.cvv,
  expiryMonth: body.expiry_month,
  expiryYear: body.expiry_year,
  holder: body.cardholder_name,
});
