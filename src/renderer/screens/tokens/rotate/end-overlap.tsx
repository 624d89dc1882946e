import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Token } from '../../../../features/tokens/contract.ts';
import { api } from '../../../api.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { counted } from '../../../ui/format.ts';
import { Time } from '../../../ui/time.tsx';
import { useLast } from '../../../ui/use-last.ts';
import { useSubmit } from '../../../ui/use-submit.ts';

/** One confirmation, with the old secret's use since the rotation. */
export function EndOverlap({ token: chosen, onClose }: { token: Token | null; onClose: () => void }) {
  const token = useLast(chosen);
  const queries = useQueryClient();
  const end = useMutation(
    api.tokens.endOverlap.mutationOptions({
      onSuccess: ({ name }) => {
        notifications.show({
          title: `The old secret of ${name} is void`,
          message: 'Only the new one is let in from now on.',
        });
        onClose();
      },
      onSettled: () => queries.invalidateQueries({ queryKey: api.tokens.key() }),
    }),
  );
  const onEnd = useSubmit({
    pending: end.isPending,
    ready: chosen !== null,
    submit: () => chosen !== null && end.mutate({ id: chosen.id }),
  });
  const old = token?.secrets[1];
  return (
    <Modal opened={chosen !== null} onClose={onClose} title="End the overlap?" size={460}>
      {token !== null && old !== undefined && (
        <Stack>
          <Text>
            Every request with the old secret <span className="mono">{old.prefix}…</span> is answered 401 from
            the moment you confirm.{' '}
            {old.requests === 0 ? (
              'Nobody has used it since the rotation.'
            ) : (
              <>
                It was used for {counted(old.requests, 'request')} since the rotation, last{' '}
                <Time at={old.lastUsedAt} />.
              </>
            )}
          </Text>
          {end.isError && <ErrorNotice error={end.error} doing="end the overlap" />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose} data-autofocus>
              Keep it
            </Button>
            <Button color="red" loading={end.isPending} onClick={onEnd}>
              Make the old secret void
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
