import { Refusal } from '../platform/errors.ts';

export const invalidInput = () => new Refusal(400, 'INVALID_INPUT', 'Invalid input');
export const invalidParams = () => new Refusal(400, 'INVALID_PARAMS', 'Invalid query parameters');
