import { create } from 'zustand';
import { persist } from 'zustand/middleware';

interface View {
  /** Ids of the instances whose welcome screen has been answered here. */
  welcomed: string[];
  answerWelcome: (instance: string) => void;
  /** The facets of the log that are folded. */
  closedFacets: string[];
  toggleFacet: (field: string) => void;
  /** Are the facets beside the log, where there is room for them? */
  facetsShown: boolean;
  showFacets: (shown: boolean) => void;
}

/** What this browser or app remembers, and no route can say. */
export const useView = create<View>()(
  persist(
    (set) => ({
      welcomed: [],
      answerWelcome: (instance) =>
        set(({ welcomed }) => ({ welcomed: [...new Set([...welcomed, instance])] })),
      closedFacets: ['method'],
      toggleFacet: (field) =>
        set(({ closedFacets }) => ({
          closedFacets: closedFacets.includes(field)
            ? closedFacets.filter((closed) => closed !== field)
            : [...closedFacets, field],
        })),
      facetsShown: true,
      showFacets: (facetsShown) => set({ facetsShown }),
    }),
    { name: 'gatehouse.view' },
  ),
);
