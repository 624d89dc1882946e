import { Alert, Button, Group, Modal, Skeleton, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconBan } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { HOUR } from '../../../base/clock.ts';
import type { Token } from '../../../features/tokens/contract.ts';
import { api } from '../../api.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { counted, shortName } from '../../ui/format.ts';
import { Time } from '../../ui/time.tsx';
import { useLast } from '../../ui/use-last.ts';
import { useSubmit } from '../../ui/use-submit.ts';
import { RehearseRevocation } from '../rehearsal/rehearse-tokens.tsx';
import classes from './tokens.module.css';

interface RevokeTokensProps {
  /** Empty: closed. */
  tokens: readonly Token[];
  onClose: () => void;
  onRevoked?: () => void;
}

/** "Payroll Integration", or "3 tokens". */
const nameOf = (tokens: readonly Token[]): string =>
  tokens.length === 1 ? (tokens[0]?.name ?? '') : counted(tokens.length, 'token');

/** One confirmation, with each token's use in the last hour; nothing to type, since it may be a leak. */
export function RevokeTokens({ tokens: chosen, onClose, onRevoked }: RevokeTokensProps) {
  const opened = chosen.length > 0;
  const tokens = useLast(opened ? chosen : null) ?? [];
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={`Revoke ${nameOf(tokens)}?`}
      size={tokens.length > 1 ? 560 : 460}
    >
      {tokens.length > 0 && (
        <Confirmation
          tokens={tokens}
          onClose={onClose}
          onRevoked={() => {
            onRevoked?.();
            onClose();
          }}
        />
      )}
    </Modal>
  );
}

function Confirmation({ tokens, onClose, onRevoked }: Required<RevokeTokensProps>) {
  const queries = useQueryClient();
  const from = useMemo(() => new Date(Date.now() - HOUR), []);
  const ids = tokens.map((token) => token.id);
  const usage = useQuery(api.usage.totals.queryOptions({ input: { tokenIds: ids, from } }));
  const revoke = useMutation(
    api.tokens.revokeAll.mutationOptions({
      onSuccess: () => {
        const many = tokens.length > 1;
        notifications.show({
          title: `${nameOf(tokens)} ${many ? 'are' : 'is'} revoked`,
          message: `No request with ${many ? 'one of these tokens' : 'this token'} is let in any more.`,
        });
        onRevoked();
      },
      onSettled: () => queries.invalidateQueries({ queryKey: api.tokens.key() }),
    }),
  );
  const onRevoke = useSubmit({
    pending: revoke.isPending || revoke.isSuccess,
    submit: () => revoke.mutate({ ids }),
  });
  const totals = new Map(usage.data?.map(({ tokenId, total }) => [tokenId, total]));
  const inUse = tokens.filter((token) => (totals.get(token.id) ?? 0) > 0).length;
  const [only] = tokens;
  return (
    <Stack>
      <Text>
        From the moment you confirm, every request with {tokens.length > 1 ? 'these tokens' : 'this token'} is
        answered 401. A revoked token cannot be brought back; to pause one, switch it off instead.
      </Text>
      {usage.isPending ? (
        <Skeleton height={56} />
      ) : (
        <Alert
          color={inUse > 0 ? 'yellow' : 'gray'}
          variant="light"
          mih={56}
          icon={inUse > 0 ? <IconAlertTriangle size={18} /> : undefined}
        >
          <Text c="var(--mantine-color-text)">
            {usage.isError
              ? 'The use in the last hour could not be read.'
              : tokens.length > 1
                ? `${inUse} of ${tokens.length} were in use in the last hour.`
                : inUse > 0
                  ? `In use: ${counted(totals.get(only?.id ?? '') ?? 0, 'request')} in the last hour.`
                  : 'No requests in the last hour.'}{' '}
            {tokens.length === 1 && only !== undefined && <LastUse token={only} />}
          </Text>
        </Alert>
      )}
      {tokens.length > 1 && (
        <ul className={classes.revoking} aria-label="Tokens to revoke">
          {tokens.map((token) => (
            <li key={token.id} className={classes.line}>
              <b className={classes.revokingName}>{token.name}</b>
              <span className={`tabular ${(totals.get(token.id) ?? 0) > 0 ? '' : 'dimmed'}`}>
                {usage.isSuccess && `${counted(totals.get(token.id) ?? 0, 'request')} in the last hour`}
              </span>
            </li>
          ))}
        </ul>
      )}
      {revoke.isError && <ErrorNotice error={revoke.error} doing={`revoke ${nameOf(tokens)}`} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          Keep {tokens.length > 1 ? 'them' : 'it'}
        </Button>
        <RehearseRevocation tokens={tokens} />
        <Button
          color="red"
          leftSection={<IconBan size={15} />}
          loading={revoke.isPending}
          title={`Revoke ${nameOf(tokens)}`}
          onClick={onRevoke}
        >
          Revoke {shortName(nameOf(tokens))}
        </Button>
      </Group>
    </Stack>
  );
}

function LastUse({ token }: { token: Token }) {
  if (token.lastUsedAt === null) return 'It was never used.';
  return (
    <>
      Last used <Time at={token.lastUsedAt} />
      {token.lastAddress !== null && ` from ${token.lastAddress}`}.
    </>
  );
}
