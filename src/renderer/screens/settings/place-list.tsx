import { ActionIcon, Button, Modal, Stack, TextInput, Tooltip } from '@mantine/core';
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Place } from '../../../features/directory/contract.ts';
import { api } from '../../api.ts';
import { confirmRemoval } from '../../ui/confirm.ts';
import { RowActions } from '../../ui/data-table.tsx';
import { ErrorNotice, notifyError } from '../../ui/error-notice.tsx';
import { shortName } from '../../ui/format.ts';
import { Panel } from '../../ui/page.tsx';
import { SkeletonLines } from '../../ui/skeletons.tsx';
import { useSubmit } from '../../ui/use-submit.ts';
import classes from './settings.module.css';

interface PlaceListProps {
  kind: Place['kind'];
  title: string;
  one: string;
  /** Undefined while they load. */
  places: Place[] | undefined;
}

/** One kind of place: add, rename, remove. */
export function PlaceList({ kind, title, one, places }: PlaceListProps) {
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [renaming, setRenaming] = useState<Place | null>(null);
  const settled = () => queries.invalidateQueries({ queryKey: api.directory.places.key() });
  const add = useMutation(
    api.directory.places.add.mutationOptions({ onSuccess: () => setName(''), onSettled: settled }),
  );
  const onAdd = useSubmit({
    pending: add.isPending,
    ready: name.trim() !== '',
    submit: () => add.mutate({ kind, name: name.trim() }),
  });
  const remove = useMutation(
    api.directory.places.remove.mutationOptions({
      onSettled: settled,
      onError: (error) => notifyError(error, `remove the ${one}`),
    }),
  );
  const askRemoval = (place: Place) =>
    confirmRemoval({
      title: `Remove ${place.name}?`,
      meaning: `The ${one} goes away for good. It is refused while a user, a token or an employee refers to it.`,
      confirm: `Remove ${shortName(place.name)}`,
      onConfirm: () => remove.mutate({ kind, id: place.id }),
    });
  return (
    <Panel title={title} padded={false}>
      {places === undefined ? (
        <div style={{ padding: 16 }}>
          <SkeletonLines />
        </div>
      ) : places.length === 0 ? (
        <p className="dimmed" style={{ margin: 0, padding: 16 }}>
          There are none yet. Add the first one below.
        </p>
      ) : (
        <ul className={classes.places}>
          {places.map((place) => (
            <li key={place.id} className={classes.place}>
              <span className={classes.placeName} dir="auto" title={place.name}>
                {place.name}
              </span>
              <RowActions>
                <Tooltip label="Rename">
                  <ActionIcon
                    size={24}
                    aria-label={`Rename ${place.name}`}
                    onClick={() => setRenaming(place)}
                  >
                    <IconPencil size={14} />
                  </ActionIcon>
                </Tooltip>
                <Tooltip label="Remove">
                  <ActionIcon size={24} aria-label={`Remove ${place.name}`} onClick={() => askRemoval(place)}>
                    <IconTrash size={14} />
                  </ActionIcon>
                </Tooltip>
              </RowActions>
            </li>
          ))}
        </ul>
      )}
      <form className={classes.addPlace} onSubmit={onAdd}>
        <TextInput
          aria-label={`Name of the new ${one}`}
          placeholder={`New ${one}`}
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button
          type="submit"
          variant="default"
          leftSection={<IconPlus size={14} />}
          disabled={name.trim() === ''}
          loading={add.isPending}
        >
          Add
        </Button>
      </form>
      {add.isError && <ErrorNotice error={add.error} doing={`add the ${one}`} />}
      <Modal
        opened={renaming !== null}
        onClose={() => setRenaming(null)}
        title={`Rename ${renaming?.name ?? ''}`}
        size={400}
      >
        {renaming !== null && <RenameForm place={renaming} onDone={() => setRenaming(null)} />}
      </Modal>
    </Panel>
  );
}

function RenameForm({ place, onDone }: { place: Place; onDone: () => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState(place.name);
  const rename = useMutation(
    api.directory.places.rename.mutationOptions({
      onSuccess: onDone,
      onSettled: () => queries.invalidateQueries({ queryKey: api.directory.places.key() }),
    }),
  );
  const onSubmit = useSubmit({
    pending: rename.isPending,
    ready: name.trim() !== '',
    submit: () => rename.mutate({ kind: place.kind, id: place.id, name: name.trim() }),
  });
  return (
    <form onSubmit={onSubmit}>
      <Stack>
        <TextInput
          label="Name"
          maxLength={100}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {rename.isError && <ErrorNotice error={rename.error} doing="rename it" />}
        <Button type="submit" disabled={name.trim() === ''} loading={rename.isPending}>
          Rename
        </Button>
      </Stack>
    </form>
  );
}
