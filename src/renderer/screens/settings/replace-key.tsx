import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';

/** One confirmation: the key file changes, and its backup has to follow. */
export function ReplaceKey({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const queries = useQueryClient();
  const info = useQuery({ ...api.instance.info.queryOptions(), enabled: opened });
  const replace = useMutation(
    api.tokens.keys.replace.mutationOptions({
      onSuccess: () => {
        notifications.show({
          title: 'The key is replaced',
          message: 'Back up the key file now. Retire the old key once no live secret hangs on it.',
        });
        onClose();
      },
      onSettled: () => queries.invalidateQueries({ queryKey: api.tokens.key() }),
    }),
  );
  return (
    <Modal opened={opened} onClose={onClose} title="Replace the key?" size={520}>
      <Stack>
        <Text>
          A new key becomes the current one, in every gateway at once. Every token works on with the secret it
          has: the old key verifies it until its next use moves it to the new one.
        </Text>
        <Text c="dimmed">
          Back up <span className="mono">{info.data?.keyFile ?? 'the key file'}</span> afterwards. With a
          backup from before, the instance cannot be opened.
        </Text>
        {replace.isError && <ErrorNotice error={replace.error} doing="replace the key" />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button data-autofocus loading={replace.isPending} onClick={() => replace.mutate(undefined)}>
            Replace the key
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
