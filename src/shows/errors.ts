import { Refusal, validationFailed } from '../platform/errors.ts';

export const invalidDate = () => new Refusal(400, 'INVALID_DATE', 'Invalid date format. Use YYYY-MM-DD');
export const invalidDays = () => new Refusal(400, 'INVALID_PARAMS', 'days must be a number between 1 and 31');
export const dateOutOfRange = () =>
  new Refusal(400, 'DATE_OUT_OF_RANGE', 'Customers can only view shows from today to the next 6 days');
export const invalidShowId = (message: string) => new Refusal(400, 'INVALID_SHOW_ID', message);
export const showNotFound = (id: number | string) =>
  new Refusal(404, 'SHOW_NOT_FOUND', `Show not found for id: ${id}`);
export const invalidShowDate = () =>
  validationFailed([{ field: 'Date', message: 'Invalid value', path: 'date' }]);
export const invalidCost = (rule: string) => new Refusal(400, 'INVALID_COST', `The cost must ${rule}`);
export const invalidSlot = () => new Refusal(400, 'INVALID_SLOT', 'The selected slot does not exist');
export const pastDatetime = () =>
  new Refusal(400, 'PAST_DATETIME', 'The show cannot be scheduled for a time in the past');
export const slotNotAvailable = (date: string) =>
  new Refusal(400, 'SLOT_NOT_AVAILABLE', `The selected slot is not available on ${date}`);
export const invalidMovie = () => new Refusal(400, 'INVALID_MOVIE', 'The selected movie does not exist');
export const tooManyStreams = () =>
  new Refusal(429, 'RATE_LIMITED', 'At most five streams of seat maps can be open at once', {
    retryAfterSeconds: 5,
  });
export const tooManyListeners = () =>
  new Refusal(503, 'SERVICE_UNAVAILABLE', 'Too many listen to the programme; ask for it instead', {
    retryAfterSeconds: 5,
  });
