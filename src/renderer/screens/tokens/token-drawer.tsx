import { Button, Drawer, Group } from '@mantine/core';
import { IconActivity, IconBan, IconListDetails, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Token } from '../../../features/tokens/contract.ts';
import { api } from '../../api.ts';
import { paths } from '../../routes/paths.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { SkeletonLines } from '../../ui/skeletons.tsx';
import { EditToken } from './edit-token.tsx';
import { RevokeToken } from './revoke-token.tsx';
import { TokenDenials } from './token-denials.tsx';
import { TokenFacts } from './token-facts.tsx';
import { TokenProtection } from './token-protection.tsx';
import { useSwitchToken } from './use-switch-token.ts';

/** Everything about one token. */
export function TokenDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const found = useQuery({
    ...api.tokens.get.queryOptions({ input: { id: id ?? '' } }),
    enabled: id !== null,
  });
  return (
    <Drawer opened={id !== null} onClose={onClose} title={found.data?.name ?? 'Token'}>
      {found.isError ? (
        <ErrorNotice error={found.error} doing="load the token" retry={() => void found.refetch()} />
      ) : found.data === undefined ? (
        <SkeletonLines lines={10} />
      ) : (
        <Details token={found.data} />
      )}
    </Drawer>
  );
}

function Details({ token }: { token: Token }) {
  const [revoking, setRevoking] = useState(false);
  const switchToken = useSwitchToken();
  const off = token.status === 'inactive';
  return (
    <>
      <Group gap="xs" mb="md">
        <Button
          variant="default"
          component={Link}
          to={paths.usage({ token: token.id })}
          leftSection={<IconActivity size={15} />}
        >
          Usage
        </Button>
        <Button
          variant="default"
          component={Link}
          to={paths.logs({ token: token.id })}
          leftSection={<IconListDetails size={15} />}
        >
          Logs
        </Button>
        {token.status !== 'revoked' && (
          <>
            <Button
              variant="default"
              leftSection={off ? <IconPlayerPlay size={15} /> : <IconPlayerPause size={15} />}
              loading={switchToken.isPending}
              onClick={() => switchToken.mutate({ id: token.id, active: off })}
            >
              {off ? 'Switch on' : 'Switch off'}
            </Button>
            <Button
              variant="light"
              color="red"
              leftSection={<IconBan size={15} />}
              onClick={() => setRevoking(true)}
            >
              Revoke
            </Button>
          </>
        )}
      </Group>
      <TokenFacts token={token} />
      <EditToken key={token.id} token={token} />
      <TokenProtection token={token} />
      <TokenDenials tokenId={token.id} />
      <RevokeToken token={revoking ? token : null} onClose={() => setRevoking(false)} />
    </>
  );
}
