export * from './attempts.ts';
export { createGateway, type Gateway, type Place } from './gateway.ts';
export * from './errors.ts';
export type { Card, Outcome } from './outcome.ts';
