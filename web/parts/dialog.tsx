import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

type DialogProps = {
  title: string;
  /** Called on Escape and wherever else the browser closes it. Without it, it stays open. */
  onClose?: () => void;
  kind?: string;
  children: ComponentChildren;
};

/** A modal dialog of the browser's own, open as long as it is drawn. The focus goes back where it was. */
export function Dialog({ title, onClose, kind = '', children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const { current } = dialog;
    const before = document.activeElement;
    current?.showModal();
    return () => {
      current?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={kind}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onClose={() => {
        // Drawn on, so it was the browser that closed it: on a second Escape it does so without asking.
        if (onClose) onClose();
        else dialog.current?.showModal();
      }}
    >
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}
