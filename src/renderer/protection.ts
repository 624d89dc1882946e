import { create } from 'zustand';

interface Question {
  /** The connection that would be changed. */
  connection: string;
  answer: (go: boolean) => void;
}

/** What the dialog that asks before a change of a protected connection shows itself by. */
export const useProtection = create<{ question: Question | null }>(() => ({ question: null }));

/** Asks whether to change a protected connection. One question at a time: a second change meanwhile is not made. */
export function askBeforeChange(connection: string): Promise<boolean> {
  if (useProtection.getState().question !== null) return Promise.resolve(false);
  return new Promise<boolean>((resolve) => {
    useProtection.setState({
      question: {
        connection,
        answer: (go) => {
          useProtection.setState({ question: null });
          resolve(go);
        },
      },
    });
  });
}

/** What came of a change that its admin thought better of. */
export class NotChanged extends Error {
  constructor() {
    super('It was not changed.');
    this.name = 'NotChanged';
  }
}
