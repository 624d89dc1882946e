import { Button, Popover } from '@mantine/core';
import { IconBookmark, IconChevronDown } from '@tabler/icons-react';
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
import { ViewsList } from './views-list.tsx';

/** The saved views: to open one, to save this one, to rename and to delete. */
export function ViewsMenu({ view, set }: { view: LogsView; set: SetLogsView }) {
  const { list, maySave, save, rename, remove } = useViews();
  const [opened, setOpened] = useState(false);
  const [naming, setNaming] = useState<LogView | 'new' | null>(null);
  const views = list.data ?? [];
  const kept = keptOf(view);
  const current = views.find((one) => isSameView(one, kept));
  const done = () => setNaming(null);
  const name = (what: LogView | 'new') => {
    setOpened(false);
    setNaming(what);
  };
  const onRemove = (one: LogView) => {
    setOpened(false);
    confirmRemoval({
      title: `Delete the view “${shortName(one.name)}”?`,
      meaning: 'It is gone for everyone who uses this instance. The log keeps every row.',
      confirm: `Delete “${shortName(one.name)}”`,
      onConfirm: () => remove.mutate({ id: one.id }),
    });
  };
  const taken = views.map((one) => one.name);
  return (
    <>
      <Popover
        opened={opened}
        onChange={setOpened}
        width={320}
        position="bottom-start"
        shadow="md"
        trapFocus
        returnFocus
        middlewares={{ shift: true, size: true }}
      >
        <Popover.Target>
          <Button
            variant="default"
            aria-label={current === undefined ? 'Views' : `View: ${current.name}`}
            leftSection={<IconBookmark size={15} />}
            rightSection={<IconChevronDown size={14} />}
            classNames={{ label: classes.current }}
            onClick={() => setOpened((now) => !now)}
          >
            {current?.name ?? 'Views'}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label="Saved views" className={classes.dropdown}>
          <ViewsList
            views={list.data}
            failed={list.isError}
            current={current}
            maySave={maySave}
            onOpen={(one) => {
              set(openingOf(one));
              setOpened(false);
            }}
            onSave={() => name('new')}
            onRename={name}
            onRemove={onRemove}
          />
        </Popover.Dropdown>
      </Popover>
      {naming === 'new' && (
        <NameView
          title="Save this view"
          first={current?.name ?? ''}
          taken={taken}
          action="Save the view"
          pending={save.isPending}
          onName={(chosen) => save.mutate({ name: chosen, ...kept }, { onSuccess: done })}
          onClose={done}
        />
      )}
      {naming !== null && naming !== 'new' && (
        <NameView
          title="Rename the view"
          first={naming.name}
          taken={taken}
          action="Rename the view"
          pending={rename.isPending}
          onName={(chosen) => rename.mutate({ view: naming, name: chosen }, { onSuccess: done })}
          onClose={done}
        />
      )}
    </>
  );
}
