import { createGateway, type Gateway, type Outcome } from '../payments/payments.ts';
import { startSimulator } from '../payments/simulator.ts';
import type { Closing } from '../platform/process/closing.ts';
import type { Foundation } from './foundation.ts';

/** The payment gateway, or a simulator of our own behind the same client. */
export async function openGateway({ config, log, businessMetrics, closing }: Foundation): Promise<Gateway> {
  const { payments } = config;
  const onOutcome = (kind: Outcome['kind']) => businessMetrics.charged(kind);
  if (payments.url !== undefined) return createGateway({ ...payments, url: payments.url, log, onOutcome });
  return createGateway({ ...payments, ...(await openSimulator(closing)), log, onOutcome });
}

/** The simulator, which charges nobody, in this process. Returns what a gateway's client needs to reach it. */
export async function openSimulator(closing: Closing): Promise<{ url: string; apiKey: string }> {
  const apiKey = 'simulator';
  const simulator = closing.owns(await startSimulator({ apiKey, delayMs: 50 }), (bank) => bank.close());
  return { url: simulator.url, apiKey };
}
