import type { Subject } from './figures.ts';
import { load } from './support/load.ts';
import { bareSale, holdAndPay, holdRequest } from './support/sale-requests.ts';
import { bearer, type Stage } from './support/stage.ts';

const CONNECTIONS = 32;

/** Holds of two seats, spread over seats, customers and connections. */
const holds = (connections: number): Subject => ({
  name: `holds of two seats, ${connections} connections`,
  meaning:
    'How many customers a second can take their seats on the evening a blockbuster opens.\n' +
    'The limit is the same statement behind bare Fastify: what is lost to it is ids, tokens, checks and monitors.',
  unit: 'holds/s',
  aim: '80 %',
  limitIs: 'the same statement bare',
  grows: true,
  ours: (stage, seconds) => load({ url: stage.app, connections, seconds, requests: [holdRequest(stage)] }),
  limit: (stage, seconds) => bareSale(stage, '/hold', { connections, seconds }),
});

const wallet: Subject = {
  name: `hold, then pay by wallet, ${CONNECTIONS} connections`,
  meaning:
    'How many customers a second can finish, from an empty seat to a confirmed booking paid from the wallet.\n' +
    'The limit is the same statements, hold and payment, behind bare Fastify in one request.',
  unit: 'bookings/s',
  aim: '60 %',
  limitIs: 'the same statements bare',
  grows: true,
  ours: (stage, seconds) =>
    holdAndPay(stage, { payment_method: 'Wallet' }, { connections: CONNECTIONS, seconds }),
  limit: (stage, seconds) => bareSale(stage, '/wallet', { connections: CONNECTIONS, seconds }),
};

const card = {
  payment_method: 'Card',
  card_number: '4242424242424242',
  cvv: '123',
  expiry_month: '12',
  expiry_year: '35',
  cardholder_name: 'Asha Rao',
};
const byCard: Subject = {
  name: `hold, then pay by card, ${CONNECTIONS} connections`,
  meaning:
    'How many customers a second can finish by card, where the gateway answers at once.\n' +
    'The limit is the same statements, hold and payment, behind bare Fastify in one request, without a gateway.',
  unit: 'bookings/s',
  aim: '60 %',
  limitIs: 'the same statements bare',
  grows: true,
  ours: (stage, seconds) => holdAndPay(stage, card, { connections: CONNECTIONS, seconds }),
  limit: (stage, seconds) => bareSale(stage, '/card', { connections: CONNECTIONS, seconds }),
};

const walkIns: Subject = {
  name: `walk-ins of two seats, ${CONNECTIONS} connections`,
  meaning:
    'How many sales a second all the counters of a chain can make together.\n' +
    'The limit is the same statement behind bare Fastify.',
  unit: 'sales/s',
  aim: '70 %',
  limitIs: 'the same statement bare',
  grows: true,
  ours: (stage, seconds) =>
    load({ url: stage.app, connections: CONNECTIONS, seconds, requests: [walkInRequest(stage)] }),
  limit: (stage, seconds) => bareSale(stage, '/walk-in', { connections: CONNECTIONS, seconds }),
};

const walkInRequest = (stage: Stage): Parameters<typeof load>[0]['requests'][number] => ({
  setupRequest: (request) => ({
    ...request,
    method: 'POST',
    path: '/admin/create-customer-booking',
    headers: bearer(stage.admin.token),
    body: JSON.stringify({
      ...stage.nextPair(),
      customer_name: 'Walk In Guest',
      phone_number: '9876543210',
    }),
  }),
});

export const sales: readonly Subject[] = [holds(CONNECTIONS), holds(128), wallet, byCard, walkIns];
