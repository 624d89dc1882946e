import { IconBan, IconCheck } from '@tabler/icons-react';
import type { MouseEvent } from 'react';
import { count as digits } from '../../../ui/format.ts';
import classes from './facets.module.css';

interface FacetValueProps {
  text: string;
  /** Said on hover beside the text. */
  more: string;
  count: number;
  /** The largest in the list, which the bar is a part of. */
  largest: number;
  asked: 'wanted' | 'excluded' | null;
  /** In a fixed width: an address, an endpoint. */
  mono: boolean;
  onInclude: () => void;
  onExclude: () => void;
}

/** A value with its count: a click shows only its rows, with Alt (or by the button) all others; again, it asks for neither. */
export function FacetValue(props: FacetValueProps) {
  const { text, more, count, largest, asked, mono, onInclude, onExclude } = props;
  const title = `${text}${more === '' ? '' : ` (${more})`}: ${digits(count)}\nClick shows only these, Alt-click leaves them out`;
  return (
    <li className={classes.value} data-asked={asked ?? undefined}>
      <button
        type="button"
        className={classes.include}
        title={title}
        aria-pressed={asked === 'wanted'}
        onClick={(event: MouseEvent) => (event.altKey ? onExclude() : onInclude())}
      >
        {asked === 'wanted' && <IconCheck size={12} aria-label="only" />}
        {asked === 'excluded' && <IconBan size={12} aria-label="left out" />}
        <span className={`${mono ? 'mono' : ''} ${classes.text}`} dir="auto">
          {text}
        </span>
        <span className={`tabular ${classes.count}`}>{digits(count)}</span>
        <span
          className={classes.bar}
          style={{ width: `${largest === 0 ? 0 : (count / largest) * 100}%` }}
          aria-hidden
        />
      </button>
      <button
        type="button"
        className={classes.exclude}
        title={asked === 'excluded' ? 'No longer leave these out' : 'Leave these out'}
        aria-label={`Leave out ${text}`}
        aria-pressed={asked === 'excluded'}
        onClick={onExclude}
      >
        <IconBan size={13} aria-hidden />
      </button>
    </li>
  );
}
