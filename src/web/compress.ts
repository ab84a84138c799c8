import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export type Encoding = 'br' | 'gzip' | 'identity';

/** The suffix of a compressed copy. */
export const ENDINGS = { br: '.br', gzip: '.gz', identity: '' };

const WORTH_IT = /\.(js|css|svg|wasm|map|html)$/;
/** Whether compression makes a file of this name smaller: fonts and pictures are compressed already. */
export const isWorthCompressing = (name: string) => WORTH_IT.test(name);

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** `isQuick`: for a client that waits, instead of once for all clients. */
export async function compressedAs(encoding: Encoding, bytes: Uint8Array, { isQuick = false } = {}) {
  if (encoding === 'identity') return Buffer.from(bytes);
  if (encoding === 'gzip') return zip(bytes, { level: isQuick ? 6 : 9 });
  return brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: isQuick ? 5 : 11 } });
}

/** The best encoding that the client takes. */
export function encodingFor(acceptEncoding: string | undefined): Encoding {
  const accepted = (acceptEncoding ?? '').toLowerCase().split(',');
  const takes = (name: string) =>
    accepted.some((item) => item.trim().startsWith(name) && !/;\s*q=0(\.0*)?\s*$/.test(item));
  if (takes('br')) return 'br';
  return takes('gzip') ? 'gzip' : 'identity';
}
