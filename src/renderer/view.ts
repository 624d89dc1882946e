import { create } from 'zustand';
import { persist } from 'zustand/middleware';

interface View {
  /** Ids of the instances whose welcome screen has been answered here. */
  welcomed: string[];
  answerWelcome: (instance: string) => void;
}

/** What this browser or app remembers, and no route can say. */
export const useView = create<View>()(
  persist(
    (set) => ({
      welcomed: [],
      answerWelcome: (instance) =>
        set(({ welcomed }) => ({ welcomed: [...new Set([...welcomed, instance])] })),
    }),
    { name: 'gatehouse.view' },
  ),
);
