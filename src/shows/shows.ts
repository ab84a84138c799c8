export { hasShows, seedDemoShows } from './demo.ts';
export { showNotFound } from './errors.ts';
export { endsAt, seatPrice, startsAt } from './queries.ts';
export { bySeatNumber, inSeatOrder } from './seat-order.ts';
export { createSeatMapReader } from './seat-map.ts';
export { createSeats, isSeatChange, type SeatChange, type Seats } from './seats.ts';
export { createStreamCounts } from './streams.ts';
export { createWatching, type Watching } from './watching.ts';
