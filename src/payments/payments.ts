export * from './attempts.ts';
export * from './errors.ts';
export { createGateway, type Gateway, type Place } from './gateway.ts';
export type { Card } from './card.ts';
export type { Outcome } from './outcome.ts';
export { beginAttempt } from './begin-attempt.ts';
export { writeOutcome, type WriteNeeds } from './write-outcome.ts';
export {
  recordLateOutcome,
  isEffected,
  isResolvedByOperator,
  leaveToOperator,
  type Unsettled,
} from './late-charges.ts';
export { listLostAttempt } from './lost-attempts.ts';
export { lastCheck, startLease, type Lease } from './lease.ts';
export * from './resolution.ts';
