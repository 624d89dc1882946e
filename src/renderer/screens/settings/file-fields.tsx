import { Alert, Button, Group, TextInput } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { Target } from '../../../main/connections/contract.ts';
import { api } from '../../api.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';

type Local = Extract<Target, { kind: 'local' }>;

interface FileFieldsProps {
  target: Local;
  /** Where a connection leads stays. */
  fixed: boolean;
  onChange: (target: Local) => void;
}

/** The main file of an instance on this computer. */
export function FileFields({ target, fixed, onChange }: FileFieldsProps) {
  const test = useMutation(api.connections.test.mutationOptions());
  const choose = useMutation(
    api.connections.chooseFile.mutationOptions({
      onSuccess: (file) => {
        if (file === null) return;
        onChange({ ...target, file });
        test.mutate({ target: { ...target, file } });
      },
    }),
  );
  return (
    <>
      <TextInput
        label="File"
        description={
          fixed
            ? 'Where a connection leads stays. Another file is another connection.'
            : 'The main file of an instance on this computer. Where there is none yet, one is made when you first switch to it.'
        }
        required
        disabled={fixed}
        classNames={{ input: 'mono' }}
        value={target.file}
        onChange={(event) => {
          onChange({ ...target, file: event.currentTarget.value });
          test.reset();
        }}
      />
      {!fixed && (
        <Group gap="xs">
          <Button variant="default" onClick={() => choose.mutate({ isNew: false })}>
            Open a file…
          </Button>
          <Button variant="default" onClick={() => choose.mutate({ isNew: true })}>
            New file…
          </Button>
          <Button
            variant="default"
            disabled={target.file.trim() === ''}
            loading={test.isPending}
            onClick={() => test.mutate({ target })}
          >
            Test
          </Button>
        </Group>
      )}
      {test.data !== undefined && (
        <Alert color="teal" variant="light" icon={<IconCircleCheck size={18} />} role="status">
          {test.data.isNew
            ? 'There is no instance yet. One is made, with a key of its own, when you first switch to it.'
            : 'There is an instance, its key is beside it, and it can be opened.'}
        </Alert>
      )}
      {test.isError && <ErrorNotice error={test.error} doing="open it" />}
      {choose.isError && <ErrorNotice error={choose.error} doing="choose a file" />}
    </>
  );
}
