import { type SyntheticEvent, useEffect, useRef } from 'react';

interface Submit {
  /** The last one is on its way, as the mutation says. */
  pending: boolean;
  /** False while the form is not complete. */
  ready?: boolean;
  /** Must start the mutation that `pending` is about. */
  submit: () => void;
}

/**
 * A handler for a form's submit or a button's click that acts once: Enter held down, or a double click, comes
 * again before the button is drawn as busy, and a busy button still hears Enter.
 */
export function useSubmit({ pending, ready = true, submit }: Submit) {
  const sent = useRef(false);
  useEffect(() => {
    if (!pending) sent.current = false;
  });
  return (event: SyntheticEvent) => {
    event.preventDefault();
    if (!ready || pending || sent.current) return;
    sent.current = true;
    submit();
  };
}
