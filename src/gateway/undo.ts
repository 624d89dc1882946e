/** What was taken on the way up, given back in the reverse order, also where another step fails. */
export interface Undo {
  push(step: () => void | Promise<void>): void;
  /** Throws what failed first; `onFailure` is told of the others. */
  all(): Promise<void>;
}

export function createUndo(onFailure: (cause: unknown) => void): Undo {
  const steps: (() => void | Promise<void>)[] = [];
  return {
    push(step) {
      steps.push(step);
    },
    async all() {
      const failures: unknown[] = [];
      for (const step of steps.splice(0).reverse()) {
        try {
          await step();
        } catch (cause) {
          if (failures.push(cause) > 1) onFailure(cause);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
