// Over plain HTTP browsers have no crypto.subtle, and sign-up wants the picture's hash. FIPS 180-4.

/** The first 32 bits of the fractional part of the roots of the first 64 primes. */
const PRIMES = primes(64);
const ROUNDS = PRIMES.map((prime) => fraction(Math.cbrt(prime)));
const START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const BLOCK = 64;

/** The SHA-256 of some bytes, in hex. */
export function sha256(bytes: Uint8Array): string {
  const state = Uint32Array.from(START);
  const padded = pad(bytes);
  const words = new Uint32Array(64);
  for (let at = 0; at < padded.byteLength; at += BLOCK)
    mix(state, words, new DataView(padded.buffer, at, BLOCK));
  return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('');
}

function pad(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / BLOCK) * BLOCK);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  return padded;
}

function mix(state: Uint32Array, words: Uint32Array, block: DataView): void {
  const word = (at: number) => words[at] ?? 0;
  for (let at = 0; at < 64; at++) {
    words[at] =
      at < 16
        ? block.getUint32(at * 4)
        : word(at - 16) + spread(word(at - 15), 7, 18, 3) + word(at - 7) + spread(word(at - 2), 17, 19, 10);
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let at = 0; at < 64; at++) {
    const first = h + turns(e, 6, 11, 25) + ((e & f) ^ (~e & g)) + (ROUNDS[at] ?? 0) + word(at);
    const second = turns(a, 2, 13, 22) + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, at) => (state[at] = (state[at] ?? 0) + value));
}

const turn = (word: number, by: number) => (word >>> by) | (word << (32 - by));
const turns = (word: number, x: number, y: number, z: number) =>
  turn(word, x) ^ turn(word, y) ^ turn(word, z);
const spread = (word: number, x: number, y: number, shift: number) =>
  turn(word, x) ^ turn(word, y) ^ (word >>> shift);

function primes(count: number): number[] {
  const found: number[] = [];
  for (let next = 2; found.length < count; next++) {
    if (found.every((prime) => next % prime !== 0)) found.push(next);
  }
  return found;
}

function fraction(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32);
}
