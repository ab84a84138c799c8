import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Failure } from '../api/failures.ts';
import { text } from '../text/text.ts';
import { explain, Reference } from './problem.tsx';

export type Faults = Record<string, string>;
/** What a form's sender answers: nothing where it worked. */
export type Sent = { failure?: Failure | undefined; faults?: Faults } | undefined;

type FormProps = {
  /** The fields' texts by name. A second press while it sends does nothing. */
  send: (fields: Record<string, string>) => Promise<Sent>;
  submit: ComponentChildren;
  /** The failure's words where the form knows better ones, by the refusal's code, or `lost`. */
  says?: Record<string, string>;
  /** Beside the button that sends. */
  beside?: ComponentChildren;
  children: (faults: Faults, isSending: boolean) => ComponentChildren;
};

/** A form that sends by script, shows faults at their fields, and leads to the first of them. */
export function Form({ send, submit, says = {}, beside, children }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  const sending = useRef(false);
  const [isSending, setIsSending] = useState(false);
  const [faults, setFaults] = useState<Faults>({});
  const [failure, setFailure] = useState<Failure>();

  const onSubmit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (sending.current || !form.current) return;
    sending.current = true;
    setIsSending(true);
    const sent = await send(readFields(form.current));
    sending.current = false;
    setIsSending(false);
    const found = { ...faultsOf(sent?.failure), ...sent?.faults };
    setFaults(found);
    setFailure(hasFieldOf(form.current, found) ? undefined : sent?.failure);
    if (Object.keys(found).length > 0) requestAnimationFrame(() => focusFault(form.current));
  };
  const code = failure?.kind === 'refused' ? failure.code : (failure?.kind ?? '');
  return (
    <form ref={form} noValidate onSubmit={(event) => void onSubmit(event)} aria-busy={isSending}>
      {children(faults, isSending)}
      {failure && (
        <div class="notice bad" role="alert">
          <p>{says[code] ?? explain(failure)}</p>
          <Reference failure={failure} />
        </div>
      )}
      <div class="actions">
        <button class="main" type="submit" aria-disabled={isSending}>
          {isSending ? text.sending : submit}
        </button>
        {beside}
      </div>
    </form>
  );
}

/** The texts of a form's fields by name. */
export function readFields(form: HTMLFormElement): Record<string, string> {
  const fields = new FormData(form);
  return Object.fromEntries(
    [...fields].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : [])),
  );
}

/** Faults that the API found, by the name of the field: `seat_numbers[1]` is a fault of `seat_numbers`. */
function faultsOf(failure: Failure | undefined): Faults {
  if (failure?.kind !== 'refused') return {};
  return Object.fromEntries(
    failure.faults.toReversed().map(({ path, message }) => [path.replace(/\[.*$/, ''), message]),
  );
}

/** A fault that no field of the form shows is said with the failure. */
const hasFieldOf = (form: HTMLFormElement | null, faults: Faults): boolean =>
  Object.keys(faults).some((name) => form?.elements.namedItem(name));

export const focusFault = (form: HTMLElement | null) =>
  form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
