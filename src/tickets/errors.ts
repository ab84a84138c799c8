import { Refusal } from '../platform/errors.ts';

export const invalidBookingId = () => new Refusal(400, 'INVALID_BOOKING_ID', 'Invalid booking ID format');
export const someoneElses = () => new Refusal(403, 'FORBIDDEN', 'Access denied to this booking');
export const printersBusy = () =>
  new Refusal(503, 'SERVICE_UNAVAILABLE', 'Too many tickets are being made; try again shortly', {
    retryAfterSeconds: 1,
  });
export const printerStopped = (cause?: unknown) =>
  new Refusal(503, 'SERVICE_UNAVAILABLE', 'The ticket could not be printed just now; try again shortly', {
    retryAfterSeconds: 1,
    cause,
  });
