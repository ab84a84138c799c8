// What scanners put around a text: white space and control characters, a byte order mark, the AIM identifier of the
// kind of code (]Q1), and the escape that announces an encoding (\000026 is UTF-8); one after the other in any order.
const AROUND = String.raw`[\s\p{Cc}\u200B\uFFFD]`;
const BEFORE = new RegExp(String.raw`^(?:${AROUND}|\][A-Za-z][0-9A-Za-z]|\\\d{6})+`, 'u');
const AFTER = new RegExp(String.raw`${AROUND}+$`, 'u');
const ANNOUNCES_ENCODING = /\\\d{6}/;

/**
 * The texts that a scanner may have meant by what it sent. Which of them is a ticket is for the signature to say, so
 * that guessing here lets nothing altered pass.
 */
export function* readings(scanned: string): Generator<string> {
  for (const text of [scanned, decodedAnew(scanned)]) {
    if (text === undefined) continue;
    const [before = ''] = BEFORE.exec(text) ?? [];
    const bare = text.slice(before.length).replace(AFTER, '').replaceAll(/\r\n?/g, '\n');
    yield bare;
    // After such an escape each backslash of the text itself comes twice.
    if (ANNOUNCES_ENCODING.test(before) && bare.includes('\\\\')) yield bare.replaceAll('\\\\', '\\');
  }
}

const windows1252 = new TextDecoder('windows-1252');
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const BYTES = new Map<string, number>();
for (let byte = 0; byte < 256; byte++) {
  BYTES.set(String.fromCharCode(byte), byte);
  BYTES.set(windows1252.decode(Uint8Array.of(byte)), byte);
}

/** A text whose UTF-8 was taken for Latin-1 (ZoÃ« is Zoë), as it was meant; none where it is not such a text. */
function decodedAnew(text: string): string | undefined {
  if (/^\p{ASCII}*$/u.test(text)) return undefined;
  const bytes = Array.from(text, (letter) => BYTES.get(letter));
  if (!bytes.every((byte) => byte !== undefined)) return undefined;
  try {
    return utf8.decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}
