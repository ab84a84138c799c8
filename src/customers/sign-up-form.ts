import type { FastifyRequest } from 'fastify';
import type { MultipartValue } from '@fastify/multipart';
import { invalidRequest, payloadTooLarge } from '../platform/errors.ts';
import { LARGEST_PICTURE_BYTES } from './picture.ts';

export const FORM_LIMITS = {
  // One byte more than the limit shows that a file is too large.
  fileSize: LARGEST_PICTURE_BYTES + 1,
  fieldSize: 10 * 1024 * 1024,
  fields: 50,
  files: 5,
  parts: 50,
};

const files = new WeakMap<FastifyRequest, Buffer>();

/** The picture that came as a file of a form. */
export const fileOf = (request: FastifyRequest) => files.get(request);

/** Converts a form to the body that JSON would have brought, so the same rules check both. */
export async function readForm(request: FastifyRequest): Promise<void> {
  if (!request.isMultipart()) return;
  const limit = request.routeOptions.bodyLimit;
  if (Number(request.headers['content-length'] ?? 0) > limit) throw payloadTooLarge();
  let arrived = 0;
  request.raw.on('data', (chunk: Buffer) => (arrived += chunk.length));
  const body: Record<string, unknown> = {};
  try {
    for await (const part of request.parts()) {
      const value = part.type === 'file' ? await part.toBuffer() : toJson(part);
      if (arrived > limit) break;
      if (part.fieldname === 'profile_img') files.delete(request);
      if (!(value instanceof Buffer)) body[part.fieldname] = value;
      else if (part.fieldname === 'profile_img') body['profile_img'] = keep(request, value);
    }
  } catch {
    if (arrived <= limit) throw invalidRequest();
  }
  if (arrived > limit) throw payloadTooLarge();
  request.body = body;
}

/** A form has no numbers: an empty number counts as absent. */
function toJson({ fieldname, value }: MultipartValue): unknown {
  if (fieldname !== 'security_question_id' || typeof value !== 'string') return value;
  if (value === '') return null;
  return /^-?\d{1,15}$/.test(value) ? Number(value) : value;
}

// For the schema the picture is a text; a browser sends an empty file if none was chosen.
function keep(request: FastifyRequest, bytes: Buffer): string {
  if (bytes.length === 0) return '';
  files.set(request, bytes);
  return 'a file';
}
