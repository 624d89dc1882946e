import { Alert, Button, Group, Modal, Skeleton, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconBan } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { HOUR } from '../../../base/clock.ts';
import type { Token } from '../../../features/tokens/contract.ts';
import { api } from '../../api.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { counted } from '../../ui/format.ts';
import { Time } from '../../ui/time.tsx';

/** One confirmation, with the token's use in the last hour; nothing to type, since it may be a leak. */
export function RevokeToken({ token, onClose }: { token: Token | null; onClose: () => void }) {
  return (
    <Modal opened={token !== null} onClose={onClose} title={`Revoke ${token?.name ?? ''}?`} size={460}>
      {token !== null && <Confirmation token={token} onClose={onClose} />}
    </Modal>
  );
}

function Confirmation({ token, onClose }: { token: Token; onClose: () => void }) {
  const queries = useQueryClient();
  const from = useMemo(() => new Date(Date.now() - HOUR), []);
  const usage = useQuery(api.usage.summary.queryOptions({ input: { tokenId: token.id, from } }));
  const revoke = useMutation(
    api.tokens.revoke.mutationOptions({
      onSuccess: () => {
        notifications.show({
          title: `${token.name} is revoked`,
          message: 'No request with this token is let in any more.',
        });
        onClose();
      },
      onSettled: () => queries.invalidateQueries({ queryKey: api.tokens.key() }),
    }),
  );
  const inUse = (usage.data?.total ?? 0) > 0;
  return (
    <Stack>
      <Text>
        From the moment you confirm, every request with this token is answered 401. A revoked token cannot be
        brought back; to pause one, switch it off instead.
      </Text>
      {usage.isPending ? (
        <Skeleton height={56} />
      ) : (
        <Alert
          color={inUse ? 'yellow' : 'gray'}
          variant="light"
          mih={56}
          icon={inUse ? <IconAlertTriangle size={18} /> : undefined}
        >
          <Text c="var(--mantine-color-text)">
            {usage.isError
              ? 'Its use in the last hour could not be read.'
              : inUse
                ? `In use: ${counted(usage.data?.total ?? 0, 'request')} in the last hour.`
                : 'No requests in the last hour.'}{' '}
            {token.lastUsedAt === null ? (
              'It was never used.'
            ) : (
              <>
                Last used <Time at={token.lastUsedAt} />
                {token.lastAddress !== null && ` from ${token.lastAddress}`}.
              </>
            )}
          </Text>
        </Alert>
      )}
      {revoke.isError && <ErrorNotice error={revoke.error} doing="revoke the token" />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          Keep it
        </Button>
        <Button
          color="red"
          leftSection={<IconBan size={15} />}
          loading={revoke.isPending}
          onClick={() => revoke.mutate({ id: token.id })}
        >
          Revoke {token.name}
        </Button>
      </Group>
    </Stack>
  );
}
