import { Refusal } from '../platform/errors.ts';
import { storeUnavailable } from '../platform/stores/object-store.ts';

export const missingPicture = () =>
  new Refusal(400, 'MISSING_PROFILE_IMAGE', 'Profile image and hash are required');
export const invalidBase64 = () => new Refusal(400, 'INVALID_IMAGE', 'Invalid base64 image data');
export const invalidImage = (cause?: unknown) =>
  new Refusal(
    400,
    'INVALID_IMAGE',
    'The image is not a whole JPEG, PNG, WebP or GIF of at most 40 megapixels',
    { cause },
  );
export const fileTooLarge = () =>
  new Refusal(400, 'FILE_TOO_LARGE', 'The picture must not be larger than 5 MiB');
export const wrongHash = () => new Refusal(400, 'INVALID_IMAGE_HASH', 'The image hash does not match');
/** An example of each refusal of a picture. */
export const pictureRefusals = () => [
  invalidBase64(),
  wrongHash(),
  fileTooLarge(),
  invalidImage(),
  storeUnavailable(),
];
export const usernameExists = () => new Refusal(400, 'USERNAME_EXISTS', 'Username is already taken');
export const emailExists = () => new Refusal(400, 'EMAIL_EXISTS', 'Email already exists');
/** At sign-up; a change of the profile has another code for it. */
export const mobileNumberExists = () =>
  new Refusal(400, 'MOBILENUMBER_EXISTS', 'Mobile number already exists');
export const numberExists = () => new Refusal(400, 'NUMBER_EXISTS', 'Phone Number already exists');
export const invalidQuestion = () =>
  new Refusal(400, 'INVALID_SECURITY_QUESTION', 'The selected security question does not exist');
export const missingEmail = () => new Refusal(400, 'MISSING_EMAIL', 'Email is required');
export const invalidEmail = () => new Refusal(400, 'INVALID_EMAIL', 'Email format is invalid');
/** By e-mail; a change of the profile has another code for it. */
export const invalidAnswer = () =>
  new Refusal(400, 'INVALID_ANSWER', 'The security answer provided is incorrect');
export const invalidSecurityAnswer = () =>
  new Refusal(400, 'INVALID_SECURITY_ANSWER', 'The security answer provided is incorrect');
export const customerNotFound = () => new Refusal(404, 'CUSTOMER_NOT_FOUND', 'This user is not a customer');
export const pictureNotFound = () =>
  new Refusal(404, 'PROFILE_IMAGE_NOT_FOUND', 'No profile image found for this user');
