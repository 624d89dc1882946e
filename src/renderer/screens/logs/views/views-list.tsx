import { ActionIcon, UnstyledButton } from '@mantine/core';
import { IconCheck, IconDeviceFloppy, IconPencil, IconTrash } from '@tabler/icons-react';
import type { LogView } from '../../../../features/logs/contract.ts';
import classes from './views.module.css';

interface ViewsListProps {
  /** undefined: not loaded. */
  views: readonly LogView[] | undefined;
  failed: boolean;
  /** The one that is shown. */
  current: LogView | undefined;
  maySave: boolean;
  onOpen: (view: LogView) => void;
  onSave: () => void;
  onRename: (view: LogView) => void;
  onRemove: (view: LogView) => void;
}

/** The saved views, and what can be done with each. */
export function ViewsList({
  views,
  failed,
  current,
  maySave,
  onOpen,
  onSave,
  onRename,
  onRemove,
}: ViewsListProps) {
  return (
    <>
      <p className={classes.heading}>Saved views</p>
      {failed && <p className={classes.nothing}>They could not be read.</p>}
      {views?.length === 0 && (
        <p className={classes.nothing}>
          None yet. A view keeps a query, its range and its columns under a name.
        </p>
      )}
      <ul className={classes.list}>
        {views?.map((view) => (
          <li key={view.id}>
            <UnstyledButton
              className={classes.name}
              title={`${view.query || 'Every request'}\nSaved by ${view.createdBy}`}
              aria-current={view.id === current?.id || undefined}
              onClick={() => onOpen(view)}
            >
              <span dir="auto">{view.name}</span>
              {view.id === current?.id && <IconCheck size={14} aria-hidden />}
            </UnstyledButton>
            {maySave && (
              <>
                <ActionIcon size={24} aria-label={`Rename ${view.name}`} onClick={() => onRename(view)}>
                  <IconPencil size={14} />
                </ActionIcon>
                <ActionIcon size={24} aria-label={`Delete ${view.name}`} onClick={() => onRemove(view)}>
                  <IconTrash size={14} />
                </ActionIcon>
              </>
            )}
          </li>
        ))}
      </ul>
      <div className={classes.foot}>
        {maySave ? (
          <UnstyledButton className={classes.name} onClick={onSave}>
            <IconDeviceFloppy size={15} aria-hidden />
            <span>Save this view…</span>
          </UnstyledButton>
        ) : (
          <p className={classes.nothing}>Your role sees views, and saves none.</p>
        )}
      </div>
    </>
  );
}
