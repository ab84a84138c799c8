import { deleteResetTokens, insertUser, type Hasher } from '../auth/auth.ts';
import { isViolation, type Pool } from '../platform/database/db.ts';
import { FOREIGN_KEY_VIOLATION, UNIQUE_VIOLATION } from '../platform/database/db-errors.ts';
import { openWallet } from '../wallet/wallet.ts';
import {
  emailExists,
  fileTooLarge,
  invalidQuestion,
  missingPicture,
  mobileNumberExists,
  usernameExists,
} from './errors.ts';
import { keptName } from './names.ts';
import { keepPicture, type PictureNeeds } from './keep-picture.ts';
import { LARGEST_PICTURE_BYTES, readPicture } from './picture.ts';
import { insertCustomer, readSignUpFaults } from './queries.ts';

export type SignUpNeeds = PictureNeeds & { pool: Pool; hasher: Hasher };
export type Application = {
  username: string;
  name: string;
  email: string;
  number: string;
  questionId: number;
  password: string;
  answer: string;
  /** Base64, or the bytes of a file. */
  picture: string | Buffer | undefined;
  pictureSha256: string | undefined;
};

/**
 * Makes a customer with user, password history and wallet, or nothing at all.
 * Throws the refusals of api.md (*Signup*) in its order.
 */
export async function signUp(
  needs: SignUpNeeds,
  applied: Application,
): Promise<{ username: string; name: string }> {
  const { pool, hasher, scale } = needs;
  if (!applied.picture || !applied.pictureSha256) throw missingPicture();
  await refuseTaken(pool, applied);
  const picture = await scale(readUpload(applied.picture, applied.pictureSha256));
  const [passwordHash, answerHash] = await Promise.all([
    hasher.hash(applied.password),
    hasher.hash(applied.answer.trim()),
  ]);
  const customer = { ...applied, name: keptName(applied.name), answerHash };
  const { username, name } = customer;

  await keepPicture(needs, { username, picture }, (pictureUrl) =>
    pool
      .transaction(async (tx) => {
        if (!(await insertUser(tx, { username, passwordHash, role: 'customer' }))) throw usernameExists();
        await insertCustomer(tx, { ...customer, pictureUrl });
        await openWallet(tx, username);
        await deleteResetTokens(tx, username);
      })
      .catch((error: unknown) => Promise.reject(whoWasFirst(error))),
  );
  return { username, name };
}

async function refuseTaken(pool: Pool, applied: Application): Promise<void> {
  const faults = await readSignUpFaults(pool, applied);
  if (faults.usernameTaken) throw usernameExists();
  if (faults.emailTaken) throw emailExists();
  if (faults.numberTaken) throw mobileNumberExists();
  if (!faults.questionExists) throw invalidQuestion();
}

// The file was read only up to the limit, so its hash is unknown.
function readUpload(upload: string | Buffer, sha256: string): Buffer {
  if (typeof upload !== 'string' && upload.length > LARGEST_PICTURE_BYTES) throw fileTooLarge();
  return readPicture(upload, sha256);
}

/** The refusal when two sign-ups want the same value at the same moment, or a question was just deleted. */
function whoWasFirst(error: unknown): unknown {
  if (isViolation(error, UNIQUE_VIOLATION, 'customertable_username_key')) return usernameExists();
  if (isViolation(error, UNIQUE_VIOLATION, 'customertable_email_key')) return emailExists();
  if (isViolation(error, UNIQUE_VIOLATION, 'customertable_email_any_case_key')) return emailExists();
  if (isViolation(error, UNIQUE_VIOLATION, 'customertable_number_key')) return mobileNumberExists();
  if (isViolation(error, FOREIGN_KEY_VIOLATION, 'customertable_security_question_id_fkey')) {
    return invalidQuestion();
  }
  return error;
}
