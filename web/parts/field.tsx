import type { ComponentChildren, InputHTMLAttributes, PartialInputHTMLAttributes } from 'preact';
import { useId } from 'preact/hooks';

type FieldProps = {
  label: string;
  hint?: ComponentChildren;
  fault?: string | undefined;
  /** Makes the control from what ties it to its label, hint and fault. */
  children: (tie: Tie) => ComponentChildren;
};
type Tie = { id: string; 'aria-describedby'?: string; 'aria-invalid'?: 'true' };

export function Field({ label, hint, fault, children }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children({
        id,
        ...(described && { 'aria-describedby': described }),
        ...(fault && { 'aria-invalid': 'true' }),
      })}
      {fault && (
        <p class="fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
    </div>
  );
}

type InputProps = Omit<PartialInputHTMLAttributes<HTMLInputElement>, 'name' | 'role' | 'type'> & {
  type?: 'text' | 'email' | 'password' | 'tel';
  name: string;
  label: string;
  hint?: string | undefined;
  fault?: string | undefined;
};

/** A field of one line. Uncontrolled: the form is read when it is sent. */
export function Input({ label, hint, fault, ...input }: InputProps) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(tie) => <input {...({ ...tie, ...input } as InputHTMLAttributes)} />}
    </Field>
  );
}
