export * from './attempts.ts';
export * from './errors.ts';
export { createGateway, type Gateway, type Place } from './gateway.ts';
export type { Card } from './card.ts';
export type { Outcome } from './outcome.ts';
export { beginAttempt, facts, writeOutcome, type WriteNeeds } from './write-outcome.ts';
export * from './findings.ts';
export * from './resolution.ts';
