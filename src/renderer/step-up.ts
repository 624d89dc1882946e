import { create } from 'zustand';

interface StepUpState {
  /** Set while a call waits for the password; says whether it was given. */
  answer: ((given: boolean) => void) | null;
}

/** What the dialog that asks for the password shows itself by. */
export const useStepUp = create<StepUpState>(() => ({ answer: null }));

let asked: Promise<boolean> | null = null;

/** Asks for the password again, once for all calls that wait for it. @returns was it given? */
export function confirmWithPassword(): Promise<boolean> {
  asked ??= new Promise<boolean>((resolve) => useStepUp.setState({ answer: resolve })).finally(() => {
    asked = null;
    useStepUp.setState({ answer: null });
  });
  return asked;
}
