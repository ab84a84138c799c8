export * from './attempts.ts';
export * from './errors.ts';
export { createGateway, type Gateway } from './gateway.ts';
export type { Card } from './card.ts';
export type { Outcome } from './outcome.ts';
export type { Beginning } from './begin-attempt.ts';
export { withAttempt, type Charged, type ChargeNeeds, type ToCharge } from './with-attempt.ts';
export {
  recordLateOutcome,
  hasTakenEffect,
  isResolvedByOperator,
  leaveToOperator,
  type Unsettled,
} from './late-charges.ts';
export { listLostAttempt } from './lost-attempts.ts';
export { startLease, type Lease } from './lease.ts';
export * from './resolution.ts';
