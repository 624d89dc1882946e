import { Button, Drawer, Group } from '@mantine/core';
import { IconBan, IconPlayerPause, IconPlayerPlay, IconRefreshDot } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { term } from '../../../base/log-query/build.ts';
import { writeQuery } from '../../../base/log-query/write.ts';
import type { Token } from '../../../features/tokens/contract.ts';
import { api } from '../../api.ts';
import { paths } from '../../routes/paths.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { KeyedButton } from '../../ui/keyed-button.tsx';
import { rescueFocus } from '../../ui/rescue-focus.ts';
import { SkeletonLines } from '../../ui/skeletons.tsx';
import { useLast } from '../../ui/use-last.ts';
import { RehearseSwitch } from '../rehearsal/rehearse-tokens.tsx';
import { EditToken } from './edit/edit-token.tsx';
import { RevokeTokens } from './revoke-tokens.tsx';
import { EndOverlap } from './rotate/end-overlap.tsx';
import { RotateToken } from './rotate/rotate-token.tsx';
import { TokenSecrets } from './rotate/token-secrets.tsx';
import { TokenDenials } from './token-denials.tsx';
import { TokenFacts } from './token-facts.tsx';
import { TokenNote } from './token-note.tsx';
import { TokenProtection } from './token-protection.tsx';
import { TokenUsage } from './token-usage.tsx';
import { useSwitchToken } from './use-switch-token.ts';

/** Which secret is in use, and when, is to be seen while it happens. */
const REFRESH_MS = 10_000;

/** What is being done to the token, in a dialog of its own. */
type Doing = 'edit' | 'rotate' | 'endOverlap' | 'revoke';

/** Everything about one token. */
export function TokenDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const [begun, setBegun] = useState<{ id: string; doing: Doing } | null>(null);
  // Back and forward change the token below a dialog, which then is of another one.
  if (begun !== null && begun.id !== id) setBegun(null);
  const doing = begun?.doing ?? null;
  const shown = useLast(id);
  const returnFocus = useFocusRow(id);
  const found = useQuery({
    ...api.tokens.get.queryOptions({ input: { id: shown ?? '' } }),
    enabled: id !== null,
    refetchInterval: REFRESH_MS,
  });
  const done = () => setBegun(null);
  const onDo = (what: Doing) => id !== null && setBegun({ id, doing: what });
  const chosen = (what: Doing) => (doing === what ? (found.data ?? null) : null);
  return (
    <>
      {/* Escape is for the dialog above, where there is one. */}
      <Drawer
        opened={id !== null}
        onClose={onClose}
        title={found.data?.name ?? 'Token'}
        closeOnEscape={doing === null}
        returnFocus={false}
        onExitTransitionEnd={returnFocus}
      >
        {found.isError ? (
          <ErrorNotice error={found.error} doing="load the token" retry={() => void found.refetch()} />
        ) : found.data === undefined ? (
          <SkeletonLines lines={10} />
        ) : (
          <Details token={found.data} onDo={onDo} />
        )}
      </Drawer>
      <EditToken token={chosen('edit')} onClose={done} />
      <RotateToken token={chosen('rotate')} onClose={done} />
      <EndOverlap token={chosen('endOverlap')} onClose={done} />
      <RevokeTokens tokens={doing === 'revoke' && found.data ? [found.data] : []} onClose={done} />
    </>
  );
}

/**
 * Gives the focus to the token's row when the drawer is gone, wherever it was opened from: to the one that opened it
 * where several are about the same token.
 */
function useFocusRow(id: string | null): () => void {
  const opener = useRef<{ id: string; row: Element | null }>(null);
  useEffect(() => {
    if (id !== null) opener.current = { id, row: document.activeElement?.closest('[data-row]') ?? null };
  }, [id]);
  return () => {
    const rows = [...document.querySelectorAll(`[data-row="${opener.current?.id}"]`)];
    const row = rows.find((one) => one === opener.current?.row) ?? rows[0];
    rescueFocus(row?.querySelector<HTMLElement>('[data-row-name]'));
  };
}

function Details({ token, onDo }: { token: Token; onDo: (doing: Doing) => void }) {
  const switchToken = useSwitchToken();
  const off = token.status === 'inactive';
  return (
    <>
      <Group gap={6} mb="md">
        <Button variant="default" component={Link} to={paths.usage({ token: token.id })}>
          Usage
        </Button>
        <Button
          variant="default"
          component={Link}
          to={paths.logs({ q: writeQuery([term('token', token.id)]) })}
        >
          Logs
        </Button>
        <Button variant="default" component={Link} to={paths.audit({ subject: token.id })}>
          Audit
        </Button>
        <Button variant="default" onClick={() => onDo('edit')}>
          Edit
        </Button>
        {token.status !== 'revoked' && (
          <>
            {token.status !== 'expired' && (
              <KeyedButton
                variant="default"
                leftSection={<IconRefreshDot size={15} />}
                onClick={() => onDo('rotate')}
              >
                Rotate
              </KeyedButton>
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
              onClick={() => onDo('revoke')}
            >
              Revoke
            </Button>
            <RehearseSwitch token={token} />
          </>
        )}
      </Group>
      <TokenFacts token={token} />
      <TokenUsage tokenId={token.id} />
      <TokenSecrets token={token} onEndOverlap={() => onDo('endOverlap')} />
      <TokenNote note={token.note} />
      <TokenProtection token={token} />
      <TokenDenials tokenId={token.id} />
    </>
  );
}
