import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chargeCard } from '../../src/payments/charge.ts';
import { Decimal } from '../../src/platform/money.ts';
import { startUpstream } from '../support/upstream.ts';

const card = {
  number: '4242424242424242',
  cvv: '123',
  expiryMonth: '5',
  expiryYear: '2035',
  holder: 'Asha Rao',
};

test('an amount reaches the gateway as its own digits, and a card as the gateway wants it', async (t) => {
  const gateway = await startUpstream(t);
  const url = new URL(`http://${gateway.address}/payment`);
  const terms = { url, apiKey: 'key', timeoutSeconds: 2, idempotent: false };
  for (const [amount, digits] of [
    ['123456789012345678.91', '123456789012345678.91'],
    ['150.10', '150.1'],
    ['0.01', '0.01'],
  ] as const) {
    await chargeCard(terms, {
      attemptId: 'an attempt',
      amount: new Decimal(amount),
      card,
      mayBeSent: () => true,
    });
    const { body = '', headers, method } = gateway.seen.at(-1) ?? {};
    assert.ok(body.endsWith(`,"amount":${digits}}`), body);
    assert.equal((JSON.parse(body) as { expiry: string }).expiry, '05/35');
    assert.deepEqual(
      [method, headers?.['idempotency-key'], headers?.['x-api-key']],
      ['POST', 'an attempt', 'key'],
    );
  }
});
