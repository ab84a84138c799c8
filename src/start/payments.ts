import { createGateway, type Gateway, type Outcome } from '../payments/payments.ts';
import { startSimulator } from '../payments/simulator.ts';
import type { Closing } from '../platform/process/closing.ts';
import type { Foundation } from './foundation.ts';

/** The payment gateway, or the program's simulator behind the same client. */
export async function openGateway(foundation: Foundation): Promise<Gateway> {
  const { config, log, businessMetrics, closing, failpoints } = foundation;
  const { payments } = config;
  const onOutcome = (kind: Outcome['kind']) => businessMetrics.charged(kind);
  const reach = payments.url === undefined ? await openSimulator(closing) : { url: payments.url };
  return failpoints.gateway(createGateway({ ...payments, ...reach, log, onOutcome }));
}

/** Starts the simulator, which charges nobody, in this process. Returns the settings of its client. */
export async function openSimulator(closing: Closing): Promise<{ url: string; apiKey: string }> {
  const apiKey = 'simulator';
  const simulator = closing.owns(await startSimulator({ apiKey, delayMs: 50 }), (bank) => bank.close());
  return { url: simulator.url, apiKey };
}
