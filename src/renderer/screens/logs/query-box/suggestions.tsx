import { useEffect, useRef } from 'react';
import classes from './query-box.module.css';
import type { Suggestion } from './suggest.ts';

interface SuggestionsProps {
  id: string;
  suggestions: readonly Suggestion[];
  active: number;
  onTake: (suggestion: Suggestion) => void;
}

/** What can stand at the caret, below the box. */
export function Suggestions({ id, suggestions, active, onTake }: SuggestionsProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <div ref={list} id={id} role="listbox" aria-label="Suggestions" className={classes.suggestions}>
      {suggestions.map((suggestion, at) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the keyboard stays in the box
        // biome-ignore lint/a11y/useKeyWithClickEvents: the box has the keyboard
        <div
          key={`${suggestion.label} ${suggestion.text}`}
          id={`${id}-${at}`}
          role="option"
          aria-selected={at === active}
          className={classes.suggestion}
          // The box keeps the focus.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onTake(suggestion)}
        >
          <span className={`mono ${classes.suggestionLabel}`}>{suggestion.label}</span>
          <span className={`tabular ${classes.suggestionDetail}`}>{suggestion.detail}</span>
        </div>
      ))}
    </div>
  );
}
