import { Refusal } from '../platform/errors.ts';

export const invalidParams = () => new Refusal(400, 'INVALID_PARAMS', 'Invalid query parameters');
export const timeframeIsCombined = () =>
  new Refusal(400, 'INVALID_PARAMS', 'Timeframe cannot be combined with month or year filters');
export const invalidPeriod = () =>
  new Refusal(
    400,
    'INVALID_PARAMS',
    'from and to must come together, in order, at most 92 days long, without month or year',
  );
export const invalidMonth = () =>
  new Refusal(400, 'INVALID_MONTH', 'Month must be a number between 1 and 12');
export const invalidYear = () => new Refusal(400, 'INVALID_YEAR', 'Year must be a valid number');
