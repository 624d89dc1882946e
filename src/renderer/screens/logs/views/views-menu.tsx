import { ActionIcon, Button, Menu, Text } from '@mantine/core';
import {
  IconBookmark,
  IconCheck,
  IconChevronDown,
  IconDeviceFloppy,
  IconPencil,
  IconTrash,
} from '@tabler/icons-react';
import { useState } from 'react';
import type { LogView } from '../../../../features/logs/contract.ts';
import { confirmRemoval } from '../../../ui/confirm.ts';
import { shortName } from '../../../ui/format.ts';
import type { SetLogsView } from '../use-logs-view.ts';
import type { LogsView } from '../view.ts';
import { NameView } from './name-view.tsx';
import { isSameView, keptOf, openingOf } from './saved-view.ts';
import { useViews } from './use-views.ts';
import classes from './views.module.css';

/** The saved views: to open one, to save this one, to rename and to delete. */
export function ViewsMenu({ view, set }: { view: LogsView; set: SetLogsView }) {
  const { list, maySave, save, rename, remove } = useViews();
  const [naming, setNaming] = useState<LogView | 'new' | null>(null);
  const views = list.data ?? [];
  const kept = keptOf(view);
  const current = views.find((one) => isSameView(one, kept));
  const close = () => setNaming(null);
  const onRemove = (one: LogView) =>
    confirmRemoval({
      title: `Delete the view “${shortName(one.name)}”?`,
      meaning: 'It is gone for everyone who uses this instance. The log keeps every row.',
      confirm: `Delete “${shortName(one.name)}”`,
      onConfirm: () => remove.mutate({ id: one.id }),
    });
  return (
    <>
      <Menu width={320} position="bottom-start">
        <Menu.Target>
          <Button
            variant="default"
            aria-label={current === undefined ? 'Views' : `View: ${current.name}`}
            leftSection={<IconBookmark size={15} />}
            rightSection={<IconChevronDown size={14} />}
            classNames={{ label: classes.current }}
          >
            {current?.name ?? 'Views'}
          </Button>
        </Menu.Target>
        <Menu.Dropdown className={classes.dropdown}>
          <Menu.Label>Saved views</Menu.Label>
          {list.isError && <Text className={classes.nothing}>They could not be read.</Text>}
          {list.data?.length === 0 && (
            <Text className={classes.nothing}>
              None yet. A view keeps a query, its range and its columns under a name.
            </Text>
          )}
          {views.map((one) => (
            <div key={one.id} className={classes.row}>
              <Menu.Item
                className={classes.name}
                rightSection={one.id === current?.id ? <IconCheck size={14} aria-label="shown" /> : undefined}
                title={`${one.query || 'Every request'}\nSaved by ${one.createdBy}`}
                onClick={() => set(openingOf(one))}
              >
                <span dir="auto">{one.name}</span>
              </Menu.Item>
              {maySave && (
                <span className={classes.actions}>
                  <ActionIcon size={24} aria-label={`Rename ${one.name}`} onClick={() => setNaming(one)}>
                    <IconPencil size={14} />
                  </ActionIcon>
                  <ActionIcon size={24} aria-label={`Delete ${one.name}`} onClick={() => onRemove(one)}>
                    <IconTrash size={14} />
                  </ActionIcon>
                </span>
              )}
            </div>
          ))}
          <Menu.Divider />
          {maySave ? (
            <Menu.Item leftSection={<IconDeviceFloppy size={15} />} onClick={() => setNaming('new')}>
              Save this view…
            </Menu.Item>
          ) : (
            <Text className={classes.nothing}>Your role sees views, and saves none.</Text>
          )}
        </Menu.Dropdown>
      </Menu>
      {naming === 'new' && (
        <NameView
          title="Save this view"
          first={current?.name ?? ''}
          taken={views.map(({ name }) => name)}
          action="Save the view"
          pending={save.isPending}
          onName={(name) => save.mutate({ name, ...kept }, { onSuccess: close })}
          onClose={close}
        />
      )}
      {naming !== null && naming !== 'new' && (
        <NameView
          title="Rename the view"
          first={naming.name}
          taken={views.map(({ name }) => name)}
          action="Rename the view"
          pending={rename.isPending}
          onName={(name) => rename.mutate({ view: naming, name }, { onSuccess: close })}
          onClose={close}
        />
      )}
    </>
  );
}
