import { useDebouncedValue } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import type { LogFilter } from '../../../../features/logs/contract.ts';
import { reasonWords } from '../../../ui/reasons.ts';
import { isFacet, quickPart } from '../filter-parts.ts';
import { useFacet } from '../use-facet.ts';
import { fieldAt, type KnownValue, suggestionsAt } from './suggest.ts';

interface Asked {
  text: string;
  caret: number;
  filter: LogFilter;
  opened: boolean;
}

/** What can stand at the caret, and which of it the keyboard is at (-1: none). */
export function useSuggestions({ text, caret, filter, opened }: Asked) {
  const field = opened ? fieldAt(text, caret) : null;
  const [steady] = useDebouncedValue(field, 100);
  const asked = steady !== null && steady === field && isFacet(steady) ? steady : null;
  const quick = useMemo(() => quickPart(filter), [filter]);
  const facet = useFacet(quick, asked, asked !== null);
  const known = useMemo(
    (): KnownValue[] =>
      facet?.values.flatMap(({ value, label, count }) =>
        value === null
          ? []
          : [
              {
                value,
                label: facet.field === 'reason' ? `${value} (${reasonWords(value).title})` : label,
                count,
              },
            ],
      ) ?? [],
    [facet],
  );
  const suggestions = useMemo(
    () => (opened ? suggestionsAt(text, caret, known) : []),
    [opened, text, caret, known],
  );
  const about = `${text} ${caret}`;
  const [place, setPlace] = useState({ about, at: -1 });
  const at = place.about === about && place.at < suggestions.length ? place.at : -1;
  return { suggestions, active: at, setActive: (next: number) => setPlace({ about, at: next }) };
}
