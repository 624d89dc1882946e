import { create } from 'zustand';

interface View {
  /** The welcome screen has been answered in this window. */
  welcomed: boolean;
  answerWelcome: () => void;
}

/** What the window remembers and no route can say. */
export const useView = create<View>()((set) => ({
  welcomed: false,
  answerWelcome: () => set({ welcomed: true }),
}));
