import { createScannerKeys } from './scanner-keys.ts';

type Field = HTMLInputElement | HTMLTextAreaElement;
type Before = { field: Field; value: string };

/**
 * Takes what a USB scanner types, wherever the focus is: a field that it typed into gets back what it held, no form is
 * sent, and no button is pressed.
 */
export function listenToScanner(onScan: (text: string) => void): () => void {
  const keys = createScannerKeys();
  const stopping = new AbortController();
  let before: Before | undefined;
  let quiet: ReturnType<typeof setTimeout> | undefined;
  let isTaking = false;

  const end = (text: string | undefined) => {
    if (text === undefined) return;
    clearTimeout(quiet);
    isTaking = false;
    onScan(text);
  };
  const rest = () => {
    end(keys.quiet());
    isTaking = false;
  };
  const press = (event: KeyboardEvent) => {
    const field = fieldAt(event);
    clearTimeout(quiet);
    const fate = keys.press(event, field !== undefined);
    // The key has not written into the field yet.
    if (keys.isFirst()) before = field && { field, value: field.value };
    quiet = setTimeout(rest, keys.patienceMs());
    if (fate === 'pass') return;
    event.preventDefault();
    event.stopImmediatePropagation();
    isTaking = true;
    if (fate === 'begin' && before) giveBack(before);
    end(keys.ended());
  };
  const options = { capture: true, signal: stopping.signal };
  addEventListener('keydown', press, options);
  // A button is pressed when Space is let go.
  addEventListener('keyup', (event) => isTaking && event.preventDefault(), options);
  return () => {
    clearTimeout(quiet);
    stopping.abort();
  };
}

const WRITABLE = /^(?:text|search|tel|email|password|url|number)$/;

function fieldAt({ target }: Event): Field | undefined {
  if (target instanceof HTMLTextAreaElement) return target;
  return target instanceof HTMLInputElement && WRITABLE.test(target.type) ? target : undefined;
}

function giveBack({ field, value }: Before): void {
  field.value = value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
