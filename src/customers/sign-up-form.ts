import type { FastifyRequest } from 'fastify';
import type { Multipart } from '@fastify/multipart';
import { invalidRequest, Refusal } from '../platform/errors.ts';
import { LARGEST_PICTURE_BYTES } from './picture.ts';

export const FORM_LIMITS = {
  // A byte more than is allowed tells a file that is too large from one that is just not.
  fileSize: LARGEST_PICTURE_BYTES + 1,
  fieldSize: 10 * 1024 * 1024,
  fields: 50,
  files: 5,
  parts: 50,
};

const files = new WeakMap<FastifyRequest, Buffer>();

/** The picture that came as a file of a form. */
export const fileOf = (request: FastifyRequest) => files.get(request);

/** Makes of a form the body that JSON would have brought, so that both are judged alike. */
export async function readForm(request: FastifyRequest): Promise<void> {
  if (!request.isMultipart()) return;
  const limit = request.routeOptions.bodyLimit;
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const body: Record<string, unknown> = {};
  let size = 0;
  try {
    for await (const part of request.parts()) {
      const value = await valueOf(part);
      size += value instanceof Buffer || typeof value === 'string' ? value.length : 0;
      if (size > limit) throw tooLarge();
      if (value instanceof Buffer) {
        if (part.fieldname !== 'profile_img') continue;
        files.set(request, value);
      }
      body[part.fieldname] = value instanceof Buffer ? fileName(value) : toJson(part.fieldname, value);
    }
  } catch (error) {
    throw error instanceof Refusal ? error : invalidRequest();
  }
  request.body = body;
}

const valueOf = async (part: Multipart): Promise<unknown> =>
  part.type === 'file' ? part.toBuffer() : part.value;

// A browser sends an empty file where none was chosen.
const fileName = (bytes: Buffer) => (bytes.length === 0 ? '' : 'a file');

const toJson = (name: string, value: unknown) =>
  name === 'security_question_id' && typeof value === 'string' && /^-?\d{1,15}$/.test(value)
    ? Number(value)
    : value;

const tooLarge = () => new Refusal(413, 'PAYLOAD_TOO_LARGE', 'The request body is larger than 10 MiB');
