import type { ReactNode } from 'react';
import classes from './page.module.css';

interface PageProps {
  /** For forms, whose lines would otherwise be too long to read. */
  narrow?: boolean;
  /** As high as the window, so that a table in it scrolls and the page does not. */
  fill?: boolean;
  children: ReactNode;
}

/** The frame of a screen. */
export const Page = ({ narrow = false, fill = false, children }: PageProps) => (
  <div className={`${classes.page} ${fill ? classes.fill : ''}`}>
    {narrow ? <div className={classes.narrow}>{children}</div> : children}
  </div>
);

interface PageHeaderProps {
  title: string;
  /** What one does here, in a sentence. */
  about?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, about, actions }: PageHeaderProps) {
  return (
    <header className={classes.head}>
      <div className={classes.words}>
        <h1>{title}</h1>
        {about !== undefined && <p>{about}</p>}
      </div>
      {actions !== undefined && <div className={classes.actions}>{actions}</div>}
    </header>
  );
}

interface PanelProps {
  title?: string;
  about?: ReactNode;
  actions?: ReactNode;
  /** False for a table that should touch the panel's edges. */
  padded?: boolean;
  children: ReactNode;
}

/** A bordered part of a screen with a heading of its own. */
export function Panel({ title, about, actions, padded = true, children }: PanelProps) {
  return (
    <section className={classes.panel} aria-label={title}>
      {title !== undefined && (
        <div className={classes.panelHead}>
          <div>
            <h2>{title}</h2>
            {about !== undefined && <p>{about}</p>}
          </div>
          {actions}
        </div>
      )}
      <div className={padded ? classes.panelBody : undefined}>{children}</div>
    </section>
  );
}
