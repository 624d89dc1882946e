import { useCallback, useState } from 'react';
import type { Token } from '../../../features/tokens/contract.ts';

/** Tokens that were ticked in the list; they stay so while it is paged and filtered. */
export interface Selection {
  readonly tokens: readonly Token[];
  has(id: string): boolean;
  select(tokens: readonly Token[], on: boolean): void;
  clear(): void;
}

export function useSelection(): Selection {
  const [chosen, setChosen] = useState<ReadonlyMap<string, Token>>(new Map());
  const select: Selection['select'] = useCallback(
    (tokens, on) =>
      setChosen((before) => {
        const after = new Map(before);
        for (const token of tokens) {
          if (on) after.set(token.id, token);
          else after.delete(token.id);
        }
        return after;
      }),
    [],
  );
  return {
    tokens: [...chosen.values()],
    has: (id) => chosen.has(id),
    select,
    clear: () => setChosen(new Map()),
  };
}
