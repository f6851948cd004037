// A form whose fields say what is wrong: once it was refused, by itself or by the gateway, the first such field has the focus.
import { type FormEvent, type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';

interface Props {
  label?: string;
  /** What the gateway refused it for. */
  fault?: unknown;
  onSubmit: (event: FormEvent) => void;
  children: ReactNode;
}

export function CheckedForm({ label, fault, onSubmit, children }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (tries > 0) focusFirstWrong(form);
  }, [tries]);
  useEffect(() => {
    if (!fault || focusFirstWrong(form)) return;
    // A button that was busy had to give up the focus, and what went wrong is told below it.
    if (document.activeElement === document.body) form.current?.querySelector<HTMLElement>('button[type="submit"]')?.focus();
    form.current?.querySelector('[role="alert"]')?.scrollIntoView({ block: 'nearest' });
  }, [fault]);
  const submit = (event: FormEvent) => {
    setTries(tries + 1);
    onSubmit(event);
  };
  return (
    <form ref={form} className="stack" onSubmit={submit} noValidate aria-label={label}>
      {children}
    </form>
  );
}

/** Whether there was one. */
function focusFirstWrong(form: RefObject<HTMLFormElement>): boolean {
  const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
  wrong?.focus();
  return wrong !== null && wrong !== undefined;
}
