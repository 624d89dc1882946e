import type { ComponentProps, CSSProperties, ReactNode } from 'react';
import classes from './facts.module.css';

interface FactsProps {
  /** How wide the names are, in pixels. */
  names?: number;
  /** `dt` and `dd` in turn. */
  children: ReactNode;
}

/** Names and their values below each other. */
export const Facts = ({ names = 132, children }: FactsProps) => (
  <dl className={classes.facts} style={{ '--names': `${names}px` } as CSSProperties}>
    {children}
  </dl>
);

/** What stands below them in a drawer, with an `h3`. */
export const DrawerSection = (props: ComponentProps<'section'>) => (
  <section className={classes.section} {...props} />
);
