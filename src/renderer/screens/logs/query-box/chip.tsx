import { IconBan, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, useContext } from 'react';
import type { Term } from '../../../../base/log-query/terms.ts';
import { writeTerm } from '../../../../base/log-query/write.ts';
import { LabelsContext, valueWords } from './labels.ts';
import classes from './query-box.module.css';

interface ChipProps {
  term: Term;
  onEdit: () => void;
  onExclude: () => void;
  onRemove: () => void;
  /** The keyboard goes to a neighbour. */
  onStep: (by: -1 | 1) => void;
}

/** A term of the query: a click edits it, and it can be turned round and taken away, also by keyboard. */
export function Chip({ term, onEdit, onExclude, onRemove, onStep }: ChipProps) {
  const labels = useContext(LabelsContext);
  const whole = writeTerm(term);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Delete' || event.key === 'Backspace') onRemove();
    else if (event.key === '-') onExclude();
    else if (event.key === 'F2') onEdit();
    else if (event.key === 'ArrowLeft') onStep(-1);
    else if (event.key === 'ArrowRight') onStep(1);
    else return;
    event.preventDefault();
  };
  const values = term.values.map((value) => valueWords(labels, term.field, value)).join(', ');
  return (
    <li className={classes.chip} data-excluded={term.excluded || undefined}>
      <button
        type="button"
        data-chip={whole}
        className={classes.chipText}
        title={`${whole}\nClick or Enter edits, - excludes, Delete removes`}
        onClick={onEdit}
        onKeyDown={onKeyDown}
      >
        <span className="visually-hidden">Edit </span>
        {term.excluded && <span className={classes.not}>not</span>}
        {term.field === 'text' ? (
          <span className={classes.chipValue}>“{values}”</span>
        ) : (
          <>
            <span className={classes.chipField}>{term.field}</span>
            <span className={classes.chipValue}>{values}</span>
          </>
        )}
      </button>
      <button
        type="button"
        tabIndex={-1}
        className={classes.chipButton}
        title={term.excluded ? 'Show only these' : 'Leave these out'}
        aria-label={`${term.excluded ? 'Include' : 'Exclude'} ${whole}`}
        aria-pressed={term.excluded}
        onClick={onExclude}
      >
        <IconBan size={12} aria-hidden />
      </button>
      <button
        type="button"
        tabIndex={-1}
        className={classes.chipButton}
        title="Remove"
        aria-label={`Remove ${whole}`}
        onClick={onRemove}
      >
        <IconX size={12} aria-hidden />
      </button>
    </li>
  );
}
