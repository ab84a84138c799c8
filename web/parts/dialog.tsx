import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

type DialogProps = {
  title: string;
  /** Called when the user wants to leave it: Escape, a phone's Back. Without it, it stays. */
  onClose?: () => void;
  kind?: string;
  children: ComponentChildren;
};

/** A modal dialog of the browser's own, open exactly as long as it is drawn. The focus goes back where it was. */
export function Dialog({ title, onClose, kind = '', children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // A second Escape closes it whatever `cancel` says. If it is still drawn after that, it opens again.
  const reopen = () => {
    const { current } = dialog;
    if (!current?.isConnected) return;
    onClose?.();
    setTimeout(() => dialog.current?.isConnected && !dialog.current.open && dialog.current.showModal());
  };
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
      onClose={reopen}
    >
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}
