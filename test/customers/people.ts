import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { TestApp } from '../support/app.ts';
import type { Answer } from '../support/call.ts';

export const PASSWORD = 'Harbour@2026';
export const ANSWER = 'Bluebell';

const picture = await sharp({ create: { width: 80, height: 60, channels: 3, background: '#e04b00' } })
  .png()
  .toBuffer();
export const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
export const pictureFields = (bytes = picture) => ({
  profile_img: bytes.toString('base64'),
  profile_img_sha: sha256(bytes),
});

let count = 0;

/** A sign-up that nothing is wrong with. */
export function application(overrides: Record<string, unknown> = {}) {
  const handle = `asha${++count}`;
  return {
    name: 'Asha Rao',
    username: handle,
    password: PASSWORD,
    number: String(9_000_000_000 + count),
    email: `${handle}@example.com`,
    ...pictureFields(),
    security_question_id: 1,
    security_answer: ANSWER,
    ...overrides,
  };
}

/** A customer who has signed up and logged in. */
export async function signedUp(app: TestApp, overrides: Record<string, unknown> = {}) {
  const body = application(overrides);
  const answer = await app.post('/customer/signup', { body });
  if (answer.status !== 201) throw new Error(`sign-up answered ${answer.text}`);
  return { ...body, token: await logIn(app, body.username, body.password) };
}

export async function logIn(app: TestApp, username: string, password: string): Promise<string> {
  const answer = await app.post('/login', { body: { username, password } });
  if (answer.status !== 200) throw new Error(`login answered ${answer.text}`);
  return answer.data['token'] ?? '';
}

export async function resetToken(app: TestApp, email: string): Promise<string> {
  const answer = await app.post('/verify-security-answer', { body: { email, security_answer: ANSWER } });
  if (answer.status !== 200) throw new Error(`verification answered ${answer.text}`);
  return answer.data['reset_token'] ?? '';
}

/** The files of the local picture store. */
export const storedPictures = (app: TestApp): Promise<string[]> =>
  readdir(join(app.dataDir, 'pictures', 'profile-images')).catch(() => []);

/** The fields that a validation failure names, in its order. */
export const faultyFields = ({ json }: Answer) =>
  (json['errors'] as unknown as { field: string }[]).map(({ field }) => field);
