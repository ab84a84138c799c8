import { useSignal } from '@preact/signals';
import { Field } from '../../parts/field.tsx';
import { door } from '../../text/door.ts';
import { openDecoder } from './decoder.ts';
import { readPhoto } from './photo.ts';

/** A photo of a ticket: a telephone takes it with its own camera program, which needs no secure page. */
export function PhotoField({ onText }: { onText: (text: string) => void }) {
  const words = door.camera;
  const state = useSignal<'' | 'reading' | 'none' | 'not loaded'>('');
  const read = async (input: HTMLInputElement) => {
    const [file] = input.files ?? [];
    if (!file) return;
    state.value = 'reading';
    const decode = await openDecoder().catch(() => undefined);
    const text = decode && (await readPhoto(decode, file));
    // So that the same photo can be chosen again.
    input.value = '';
    state.value = !decode ? 'not loaded' : text ? '' : 'none';
    if (text) onText(text);
  };
  const fault = { none: words.photoNone, 'not loaded': words.loadFailed, '': undefined, reading: undefined };
  return (
    <>
      <Field label={words.photo} hint={words.photoHint} fault={fault[state.value]}>
        {(tie) => (
          <input
            {...tie}
            type="file"
            accept="image/*"
            capture="environment"
            onChange={({ currentTarget }) => void read(currentTarget)}
          />
        )}
      </Field>
      <p role="status">{state.value === 'reading' && words.photoReading}</p>
    </>
  );
}
