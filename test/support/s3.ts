import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

const account = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG', region: 'eu-test-1' };

/**
 * A stand-in for an S3 store: one private bucket in path style, and every signature checked (SigV4 in headers and in
 * presigned queries). `fault`, when set, answers instead of the store. `folder` is what stands before the bucket in its URL.
 */
export async function startS3(t: { after(end: () => unknown): void }, bucket = 'skyfox-test', folder = '') {
  const objects = new Map<string, { bytes: Buffer; contentType: string | undefined }>();
  const store = { fault: undefined as ((response: ServerResponse) => void) | undefined, requests: 0 };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => (server.closeAllConnections(), server.close()));

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const body = await buffer(request);
    store.requests += 1;
    if (store.fault) return store.fault(response);
    const refuse = (status: number, code: string) =>
      response
        .writeHead(status, { 'content-type': 'application/xml' })
        .end(`<Error><Code>${code}</Code></Error>`);
    const fault = signatureFault(request, body);
    if (fault) return refuse(403, fault);
    const [path = ''] = (request.url ?? '').split('?');
    const base = `${folder}/${bucket}/`;
    if (!path.startsWith(base)) return refuse(404, 'NoSuchBucket');
    const key = decodeURIComponent(path.slice(base.length));
    const object = objects.get(key);
    if (request.method === 'PUT') {
      objects.set(key, { bytes: body, contentType: request.headers['content-type'] });
      return response.writeHead(200, { etag: '"x"' }).end();
    }
    if (request.method === 'DELETE') return (objects.delete(key), response.writeHead(204).end());
    if (!object) return refuse(404, 'NoSuchKey');
    return response
      .writeHead(200, { 'content-type': object.contentType ?? 'binary/octet-stream' })
      .end(object.bytes);
  }

  const { region, ...credentials } = account;
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}${folder}`;
  return Object.assign(store, { objects, settings: { bucket, region, endpoint, credentials } });
}

/** Why the request is not let in, if it is not: it is built up anew as the signer should have, and compared. */
function signatureFault(request: IncomingMessage, body: Buffer): string | undefined {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const parameters = new URLSearchParams(query);
  const header = request.headers.authorization;
  const field = (name: string) =>
    header ? new RegExp(`${name}=([^, ]+)`).exec(header)?.[1] : parameters.get(`X-Amz-${name}`);
  const signature = field('Signature');
  if (!signature) return 'AccessDenied';
  const date = header ? String(request.headers['x-amz-date']) : (parameters.get('X-Amz-Date') ?? '');
  const age = Date.now() - Date.parse(date.replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:'));
  const lifetime = header ? 900 : Number(parameters.get('X-Amz-Expires'));
  if (!(age < lifetime * 1_000) || lifetime > 604_800)
    return header ? 'RequestTimeTooSkewed' : 'AccessDenied';
  const payload = header ? String(request.headers['x-amz-content-sha256']) : 'UNSIGNED-PAYLOAD';
  if (payload !== 'UNSIGNED-PAYLOAD' && payload !== sha256(body)) return 'XAmzContentSHA256Mismatch';

  const day = date.slice(0, 8);
  const scope = `${day}/${account.region}/s3/aws4_request`;
  if (field('Credential') !== `${account.accessKeyId}/${scope}`) return 'InvalidAccessKeyId';
  const names = (field('SignedHeaders') ?? '').split(';');
  if (!names.includes('host')) return 'AccessDenied';
  const canonical = [
    request.method,
    path,
    query
      .split('&')
      .filter((pair) => !pair.startsWith('X-Amz-Signature='))
      .sort()
      .join('&'),
    ...names.map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    names.join(';'),
    payload,
  ].join('\n');
  const key = [day, account.region, 's3', 'aws4_request'].reduce<Buffer | string>(
    hmac,
    `AWS4${account.secretAccessKey}`,
  );
  const wanted = hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')).toString('hex');
  return wanted === signature ? undefined : 'SignatureDoesNotMatch';
}

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer | string, data: string) => createHmac('sha256', key).update(data).digest();
