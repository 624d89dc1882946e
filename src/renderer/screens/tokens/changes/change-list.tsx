import { counted } from '../../../ui/format.ts';
import classes from './changes.module.css';
import type { Change } from './changes.ts';

/** What would change: a sign tells what goes and what comes, so that colour is not needed. */
export function ChangeList({ changes }: { changes: Change[] }) {
  return (
    <dl className={classes.changes} aria-label="Changes">
      {changes.map(({ field, removed, added, kept }) => (
        <div key={field} className={classes.change}>
          <dt>{field}</dt>
          <dd>
            {removed.map((line) => (
              <del key={line} className={classes.removed}>
                <span aria-hidden>−</span> {line}
              </del>
            ))}
            {added.map((line) => (
              <ins key={line} className={classes.added}>
                <span aria-hidden>+</span> {line}
              </ins>
            ))}
            {kept > 0 && <span className="dimmed">{counted(kept, 'entry stays', 'entries stay')}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
