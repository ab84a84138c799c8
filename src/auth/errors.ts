import { Refusal } from '../platform/errors.ts';

export const missingAuthHeader = () =>
  new Refusal(401, 'MISSING_AUTH_HEADER', 'Missing Authorization header');
export const invalidTokenFormat = () => new Refusal(401, 'INVALID_TOKEN_FORMAT', 'Invalid token format');
export const invalidToken = () => new Refusal(401, 'INVALID_TOKEN', 'Unauthorized');
export const invalidCredentials = () =>
  new Refusal(401, 'INVALID_CREDENTIALS', 'Invalid username or password');
export const wrongRole = (role: string) =>
  new Refusal(403, 'FORBIDDEN', `Access denied. ${role} role required`);
