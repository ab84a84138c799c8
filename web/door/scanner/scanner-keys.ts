/** A key as the browser reports it. */
export type Key = Pick<
  KeyboardEvent,
  'key' | 'code' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey' | 'repeat' | 'timeStamp'
>;
/** What becomes of a key: `pass` goes where it was meant; `take` is the scanner's; `begin` is the first that is surely its. */
export type Fate = 'pass' | 'take' | 'begin';
export type ScannerKeys = {
  press(key: Key, isInField: boolean): Fate;
  /** Whether the last key may be the first of a scan. */
  isFirst(): boolean;
  /** The scanned text, where the last key has ended one. */
  ended(): string | undefined;
  /** How long to wait for the next key before `quiet`. */
  patienceMs(): number;
  /** The next key did not come: the scanned text, where a scanner has typed one. */
  quiet(): string | undefined;
};

/** A scanner sends its keys closer together than this; Bluetooth makes pauses. */
const FASTEST_MS = 40;
/** So long without a key, and a scanner has ended. A ticket has lines, so Enter alone does not end it. */
const QUIET_MS = 150;
/** In the middle of a ticket it is waited for longer: a computer may be busy, and wireless scanners make pauses. */
const QUIET_IN_TICKET_MS = 1_000;
/** Nobody types so many keys at such a speed; into a field a reader may, for a word. */
const SURELY = 5;
const SURELY_IN_FIELD = 12;
const HEADING = 'SKYFOX B';
/** A whole ticket's last line. */
const SIGNED = /\nSignature: [\w-]{1,16}\.[\w-]{43}\n?$/;
const SIGNED_AND_ENDED = /\nSignature: [\w-]{1,16}\.[\w-]{43}\n$/;
// No scan is longer; a key that hangs would fill the memory.
const LONGEST = 9_000;

/**
 * Tells a USB scanner, which types, from a person who types: by its speed, and by how tickets begin. It types as on an
 * American keyboard, whatever this computer's keyboard is, so a text is read both by what the keys mean here and by
 * where they are.
 */
export function createScannerKeys(): ScannerKeys {
  let meant = '';
  let placed = '';
  let isScan = false;
  let lastAt = Number.NEGATIVE_INFINITY;
  let fast = 0;
  let count = 0;
  const forget = () => {
    [meant, placed, isScan, fast, count] = ['', '', false, 0, 0];
  };
  const isTicket = () =>
    [meant, placed].some((text) => text.replace(/^\][A-Za-z]\d/, '').startsWith(HEADING));
  const mayBeTicket = () =>
    isTicket() || [meant, placed].some((text) => text !== '' && HEADING.startsWith(text));
  const patienceMs = () => (mayBeTicket() ? QUIET_IN_TICKET_MS : QUIET_MS);
  const take = (): string => {
    const text = bestOf(meant, placed).replace(/\n$/, '');
    forget();
    return text;
  };
  return {
    press(key, isInField) {
      const pauseMs = key.timeStamp - lastAt;
      if (isModifier(key.key)) return 'pass';
      lastAt = key.timeStamp;
      if (pauseMs > patienceMs()) forget();
      const read = readKey(key);
      if (read === undefined || key.repeat || meant.length > LONGEST) {
        forget();
        return 'pass';
      }
      meant += read.meant;
      placed += read.placed;
      count++;
      fast = pauseMs <= FASTEST_MS ? fast + 1 : 0;
      if (isScan) return 'take';
      const isFast = fast + 1 >= (isInField ? SURELY_IN_FIELD : SURELY);
      if (!isFast && !isTicket()) return 'pass';
      isScan = true;
      return 'begin';
    },
    isFirst: () => count === 1,
    ended: () => (isScan && [meant, placed].some((text) => SIGNED_AND_ENDED.test(text)) ? take() : undefined),
    patienceMs,
    quiet() {
      if (isScan) return take();
      forget();
      return undefined;
    },
  };
}

const isModifier = (key: string) => ['Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'CapsLock'].includes(key);

/** What the key writes here, and what it would write on an American keyboard; none where it writes nothing. */
function readKey({ key, code, shiftKey, ctrlKey, altKey, metaKey }: Key) {
  // Scanners send the end of a line as Enter or Ctrl+J, and end a text with Enter or Tab.
  if (key === 'Enter' || key === 'Tab' || (ctrlKey && code === 'KeyJ')) return { meant: '\n', placed: '\n' };
  if (metaKey || (ctrlKey && !altKey)) return undefined;
  const placed = americanKey(code, shiftKey);
  if (key.length === 1 || key === 'Dead') return { meant: key.length === 1 ? key : '', placed: placed ?? '' };
  return undefined;
}

const PLAIN: Record<string, string> = {
  Space: '  ',
  Minus: '-_',
  Equal: '=+',
  BracketLeft: '[{',
  BracketRight: ']}',
  Backslash: '\\|',
  Semicolon: ';:',
  Quote: '\'"',
  Backquote: '`~',
  Comma: ',<',
  Period: '.>',
  Slash: '/?',
};
const OVER_DIGITS = ')!@#$%^&*(';

function americanKey(code: string, isShifted: boolean): string | undefined {
  const [, letter] = /^Key([A-Z])$/.exec(code) ?? [];
  if (letter !== undefined) return isShifted ? letter : letter.toLowerCase();
  const [, digit] = /^(?:Digit|Numpad)(\d)$/.exec(code) ?? [];
  if (digit !== undefined) return isShifted ? OVER_DIGITS[Number(digit)] : digit;
  return PLAIN[code]?.[isShifted ? 1 : 0];
}

/** The reading that looks like a ticket of ours; what the keys mean here, where neither does. */
function bestOf(meant: string, placed: string): string {
  const looks = (text: string) =>
    Number(/^(?:\][A-Za-z]\d)?SKYFOX BOOKING #\d/.test(text)) + Number(SIGNED.test(text));
  return looks(placed) > looks(meant) ? placed : meant;
}
