import { fsyncSync, openSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fatedCards, fates, goodCards, type Fate } from '../src/payments/simulated-cards.ts';
import { startSimulator, type SimulatorSettings } from '../src/payments/simulator.ts';

const help = `A payment gateway that moves no money.

  node scripts/payment-simulator.ts [options]

  --port N            8082
  --host ADDRESS      127.0.0.1
  --api-key KEY       simulator-key, what callers send as x-api-key
  --delay-ms N        20, before each answer
  --decline-rate R    0, the share of good cards declined at random (0 to 1)
  --seed N            makes those declines the same each time
  --fault FATE        what good cards meet; several are met in turn
  --honour-keys       a repeated Idempotency-Key is answered, not charged again
  --log FILE          appends a line of JSON for each charge, on disk before the answer goes out
  --help

Fates (+ charges the card):
${Object.entries(fates)
  .map(([fate, meaning]) => `  ${fate.padEnd(18)}${meaning}`)
  .join('\n')}

Cards with a fate of their own:
${[...fatedCards].map(([number, fate]) => `  ${number}  ${fate}`).join('\n')}

Every other number that passes the Luhn check is good, for example:
  ${goodCards.slice(0, 3).join(', ')}

GET /charges lists what was charged.`;

const { values } = readArguments();
if (values.help) {
  console.log(help);
} else {
  const simulator = await startSimulator(settingsOf(values)).catch((error: Error) => fail(error.message));
  console.log(`Payment simulator on ${simulator.url}, key ${values['api-key']}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close());
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string', default: '8082' },
        host: { type: 'string', default: '127.0.0.1' },
        'api-key': { type: 'string', default: 'simulator-key' },
        'delay-ms': { type: 'string', default: '20' },
        'decline-rate': { type: 'string', default: '0' },
        seed: { type: 'string' },
        fault: { type: 'string', multiple: true, default: [] },
        'honour-keys': { type: 'boolean', default: false },
        log: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return fail((error as Error).message);
  }
}

function settingsOf(given: ReturnType<typeof readArguments>['values']): SimulatorSettings {
  return {
    port: numberOf('--port', given.port, 65_535),
    host: given.host,
    apiKey: given['api-key'],
    delayMs: numberOf('--delay-ms', given['delay-ms'], 600_000),
    declineRate: numberOf('--decline-rate', given['decline-rate'], 1),
    ...(given.seed === undefined ? {} : { seed: numberOf('--seed', given.seed, 2 ** 32) }),
    faults: given.fault.map(fateNamed),
    honoursKeys: given['honour-keys'],
    ...(given.log === undefined ? {} : { onCharge: appendTo(given.log) }),
  };
}

function numberOf(option: string, text: string, max: number): number {
  const number = Number(text);
  return text !== '' && number >= 0 && number <= max
    ? number
    : fail(`${option} wants a number from 0 to ${max}, not "${text}"`);
}

function fateNamed(name: string): Fate {
  return Object.hasOwn(fates, name)
    ? (name as Fate)
    : fail(`--fault wants one of ${Object.keys(fates).join(', ')}, not "${name}"`);
}

/** Each line is on disk when this returns, so a test that kills the simulator can rely on the file. */
function appendTo(path: string) {
  const file = openSync(path, 'a');
  return (charge: object) => {
    writeSync(file, `${JSON.stringify(charge)}\n`);
    fsyncSync(file);
  };
}

function fail(message: string): never {
  console.error(`${message}\nSee --help.`);
  process.exit(1);
}
