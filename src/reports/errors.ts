import { Refusal } from '../platform/errors.ts';

export const invalidParams = (message = 'Invalid query parameters') =>
  new Refusal(400, 'INVALID_PARAMS', message);
export const invalidMonth = () =>
  new Refusal(400, 'INVALID_MONTH', 'Month must be a number between 1 and 12');
export const invalidYear = () => new Refusal(400, 'INVALID_YEAR', 'Year must be a valid number');
