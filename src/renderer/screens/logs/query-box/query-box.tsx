import { ActionIcon, Tooltip } from '@mantine/core';
import { IconSearch, IconX } from '@tabler/icons-react';
import { type FormEvent, type KeyboardEvent, useId, useMemo, useRef, useState } from 'react';
import { parseQuery } from '../../../../base/log-query/parse.ts';
import type { Term } from '../../../../base/log-query/terms.ts';
import { writeQuery } from '../../../../base/log-query/write.ts';
import type { LogFilter } from '../../../../features/logs/contract.ts';
import { Chip } from './chip.tsx';
import { applyDraft, type Draft, editDraft, newDraft, shownError } from './draft.ts';
import { MarkedInput } from './marked-input.tsx';
import classes from './query-box.module.css';
import { type Suggestion, taken } from './suggest.ts';
import { Suggestions } from './suggestions.tsx';
import { useSlash } from './use-slash.ts';
import { useSuggestions } from './use-suggestions.ts';

interface QueryBoxProps {
  /** As in the route; one that cannot be read stands in the box, with what is wrong with it. */
  query: string;
  /** What is looked at, for the values that are offered. */
  filter: LogFilter;
  onChange: (query: string) => void;
}

const none: readonly Term[] = [];

/** The query: a chip for each term, and a line in which more are written. `/` goes there, Enter asks. */
export function QueryBox({ query, filter, onChange }: QueryBoxProps) {
  const parsed = useMemo(() => parseQuery(query), [query]);
  const terms = 'terms' in parsed ? parsed.terms : none;
  const [shownQuery, setShownQuery] = useState(query);
  const fresh = (): Draft => newDraft(terms, 'error' in parsed ? query : '');
  const [draft, setDraft] = useState<Draft>(fresh);
  const [caret, setCaret] = useState(0);
  const [asked, setAsked] = useState(true);
  const [opened, setOpened] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLFormElement>(null);
  const listId = useId();
  const errorId = useId();
  // Another query came in by another way: what was being written beside the old one stays, what was written of it goes.
  if (shownQuery !== query) {
    setShownQuery(query);
    const own = !draft.replaces && draft.text !== shownQuery && 'terms' in parsed;
    setDraft(own ? { ...draft, at: terms.length } : fresh());
    setAsked(!own);
  }
  useSlash(input);

  const write = (text: string, at: number) => {
    setDraft((now) => ({ ...now, text }));
    setCaret(at);
    setAsked(false);
    setOpened(true);
  };
  const { suggestions, active, setActive } = useSuggestions({ text: draft.text, caret, filter, opened });
  const error = shownError(draft.text, caret, asked);

  const change = (next: readonly Term[]) => {
    setOpened(false);
    setDraft(newDraft(next));
    if (writeQuery(next) !== query) onChange(writeQuery(next));
  };
  const apply = (text: string) => {
    setAsked(true);
    const result = applyDraft(terms, { ...draft, text });
    if ('terms' in result) change(result.terms);
    else setOpened(false);
  };
  const take = (suggestion: Suggestion) => {
    const next = taken(draft.text, suggestion);
    input.current?.focus();
    if (suggestion.closes && 'terms' in parseQuery(next.text)) return apply(next.text);
    write(next.text, next.caret);
    requestAnimationFrame(() => input.current?.setSelectionRange(next.caret, next.caret));
  };
  const edit = (at: number) => {
    const next = editDraft(terms, at);
    setDraft(next);
    setCaret(next.text.length);
    setAsked(false);
    // Once it stands in the chip's place.
    requestAnimationFrame(() => input.current?.focus());
  };
  const remove = (at: number) => {
    change(terms.toSpliced(at, 1));
    input.current?.focus();
  };
  const exclude = (at: number) => {
    const term = terms[at];
    if (term !== undefined) change(terms.with(at, { ...term, excluded: !term.excluded }));
  };
  /** The chip at a place, or the line behind the last. */
  const focusAt = (place: number) => {
    const chips = box.current?.querySelectorAll<HTMLElement>('[data-chip]');
    (chips?.[place] ?? input.current)?.focus();
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    const atStart = event.currentTarget.selectionStart === 0 && event.currentTarget.selectionEnd === 0;
    const chosen = active === -1 ? undefined : suggestions[active];
    const shown = opened && suggestions.length > 0;
    if (event.key === 'ArrowDown' && !opened) setOpened(true);
    else if (event.key === 'ArrowDown' && shown) setActive((active + 1) % suggestions.length);
    else if (event.key === 'ArrowUp' && shown) setActive(active <= 0 ? suggestions.length - 1 : active - 1);
    else if (event.key === 'Enter' && shown && chosen) take(chosen);
    else if (event.key === 'Tab' && !event.shiftKey && shown && draft.text !== '' && suggestions[0])
      take(chosen ?? suggestions[0]);
    else if (event.key === 'Escape' && opened) setOpened(false);
    else if (event.key === 'Escape' && draft.text !== '') setDraft(newDraft(terms));
    else if (event.key === 'Backspace' && draft.text === '' && !draft.replaces && terms.length > 0)
      edit(terms.length - 1);
    else if (event.key === 'ArrowLeft' && atStart && terms.length > 0) focusAt(terms.length - 1);
    else return;
    event.preventDefault();
  };

  const chips = terms.map((term, at) =>
    draft.replaces && draft.at === at ? null : (
      <Chip
        // biome-ignore lint/suspicious/noArrayIndexKey: a term's place is what it is known by
        key={at}
        term={term}
        onEdit={() => edit(at)}
        onExclude={() => exclude(at)}
        onRemove={() => remove(at)}
        onStep={(by) => focusAt(at + by)}
      />
    ),
  );
  const line = (
    <li key="line" className={classes.lineItem}>
      <MarkedInput
        ref={input}
        text={draft.text}
        error={error}
        role="combobox"
        aria-label="Query"
        aria-expanded={opened && suggestions.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={active === -1 ? undefined : `${listId}-${active}`}
        aria-invalid={error !== null}
        aria-describedby={error === null ? undefined : errorId}
        placeholder={
          terms.length === 0 ? 'Filter: status:429 token:"Payroll" path:/v1/shifts* ms:>200, or any text' : ''
        }
        onChange={({ currentTarget }) => write(currentTarget.value, currentTarget.selectionStart ?? 0)}
        onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart ?? 0)}
        onKeyDown={onKeyDown}
        onClick={() => setOpened(true)}
        onBlur={() => setOpened(false)}
      />
    </li>
  );
  return (
    <search className={classes.search}>
      <form
        ref={box}
        className={classes.box}
        aria-label="Filter the log"
        data-invalid={error !== null || undefined}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          apply(draft.text);
        }}
      >
        <IconSearch size={15} className={classes.icon} aria-hidden />
        <ul className={classes.terms}>{chips.toSpliced(draft.at, 0, line)}</ul>
        {terms.length === 0 && draft.text === '' && <kbd className={classes.slash}>/</kbd>}
        {(terms.length > 0 || draft.text !== '') && (
          <Tooltip label="Clear the query">
            <ActionIcon size={22} aria-label="Clear the query" onClick={() => change([])}>
              <IconX size={14} />
            </ActionIcon>
          </Tooltip>
        )}
      </form>
      {opened && suggestions.length > 0 ? (
        <Suggestions id={listId} suggestions={suggestions} active={active} onTake={take} />
      ) : (
        error !== null && (
          <p id={errorId} role="alert" className={classes.error}>
            {error.message}
          </p>
        )
      )}
    </search>
  );
}
