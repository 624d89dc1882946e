import { Button, Drawer, Group } from '@mantine/core';
import {
  IconActivity,
  IconBan,
  IconListDetails,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefreshDot,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Token } from '../../../features/tokens/contract.ts';
import { api } from '../../api.ts';
import { paths } from '../../routes/paths.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { SkeletonLines } from '../../ui/skeletons.tsx';
import { EditToken } from './edit/edit-token.tsx';
import { RevokeTokens } from './revoke-tokens.tsx';
import { RotateToken } from './rotate/rotate-token.tsx';
import { TokenSecrets } from './rotate/token-secrets.tsx';
import { TokenDenials } from './token-denials.tsx';
import { TokenFacts } from './token-facts.tsx';
import { TokenNote } from './token-note.tsx';
import { TokenProtection } from './token-protection.tsx';
import { useSwitchToken } from './use-switch-token.ts';

/** Which secret is in use, and when, is to be seen while it happens. */
const REFRESH_MS = 10_000;

/** Everything about one token. */
export function TokenDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const found = useQuery({
    ...api.tokens.get.queryOptions({ input: { id: id ?? '' } }),
    enabled: id !== null,
    refetchInterval: REFRESH_MS,
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
  const [doing, setDoing] = useState<'edit' | 'rotate' | 'revoke' | null>(null);
  const done = () => setDoing(null);
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
        <Button variant="default" leftSection={<IconPencil size={15} />} onClick={() => setDoing('edit')}>
          Edit
        </Button>
        {token.status !== 'revoked' && (
          <>
            {token.status !== 'expired' && (
              <Button
                variant="default"
                leftSection={<IconRefreshDot size={15} />}
                onClick={() => setDoing('rotate')}
              >
                Rotate
              </Button>
            )}
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
              onClick={() => setDoing('revoke')}
            >
              Revoke
            </Button>
          </>
        )}
      </Group>
      <TokenFacts token={token} />
      <TokenSecrets token={token} />
      <TokenNote note={token.note} />
      <TokenProtection token={token} />
      <TokenDenials tokenId={token.id} />
      <EditToken token={doing === 'edit' ? token : null} onClose={done} />
      <RotateToken token={doing === 'rotate' ? token : null} onClose={done} />
      <RevokeTokens tokens={doing === 'revoke' ? [token] : []} onClose={done} />
    </>
  );
}
