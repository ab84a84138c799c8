import { Refusal } from '../platform/errors.ts';

export const missingAuthHeader = () =>
  new Refusal(401, 'MISSING_AUTH_HEADER', 'Missing Authorization header');
export const invalidTokenFormat = () => new Refusal(401, 'INVALID_TOKEN_FORMAT', 'Invalid token format');
export const invalidToken = () => new Refusal(401, 'INVALID_TOKEN', 'Unauthorized');
/** The refusals for a missing or invalid token. */
export const tokenRefusals = () => [missingAuthHeader(), invalidTokenFormat(), invalidToken()];
export const invalidCredentials = () =>
  new Refusal(401, 'INVALID_CREDENTIALS', 'Invalid username or password');
export const wrongRole = (role: string) =>
  new Refusal(403, 'FORBIDDEN', `Access denied. ${role} role required`);
export const incorrectPassword = () =>
  new Refusal(400, 'INCORRECT PASSWORD', "Current password doesn't match user's password");
export const passwordReuse = () =>
  new Refusal(400, 'PASSWORD_REUSE', 'New password cannot match any of your previous passwords');
export const invalidResetToken = () =>
  new Refusal(400, 'INVALID_RESET_TOKEN', 'The reset token is invalid, expired, or has already been used');
export const userNotFound = () => new Refusal(404, 'USER_NOT_FOUND', 'No user found with the provided email');
