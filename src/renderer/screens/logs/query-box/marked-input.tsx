import { type ComponentProps, type Ref, useRef } from 'react';
import type { QueryError } from '../../../../base/log-query/query-error.ts';
import classes from './query-box.module.css';

interface MarkedInputProps extends ComponentProps<'input'> {
  text: string;
  error: QueryError | null;
  ref: Ref<HTMLInputElement>;
}

/** A line of text in which a mistake is underlined: by a copy of it that lies below, and is scrolled with it. */
export function MarkedInput({ text, error, ref, ...rest }: MarkedInputProps) {
  const copy = useRef<HTMLSpanElement>(null);
  const end = error === null ? 0 : Math.max(error.at + error.length, error.at + 1);
  return (
    <span className={classes.marked}>
      {error !== null && (
        <span className={classes.copyFrame} aria-hidden>
          <span ref={copy} className={classes.copy}>
            {text.slice(0, error.at)}
            <span className={classes.mistake}>{text.slice(error.at, end) || ' '}</span>
          </span>
        </span>
      )}
      <input
        {...rest}
        ref={ref}
        value={text}
        className={classes.input}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        onScroll={({ currentTarget }) => {
          if (copy.current) copy.current.style.transform = `translateX(${-currentTarget.scrollLeft}px)`;
        }}
      />
    </span>
  );
}
