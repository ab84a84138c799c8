export { hasShows, seedDemoShows } from './demo.ts';
export { showNotFound } from './errors.ts';
export { endsAt, seatPrice, startsAt } from './queries.ts';
export { createSeats, type Seats } from './seats.ts';
