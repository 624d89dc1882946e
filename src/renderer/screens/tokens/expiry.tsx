import { IconAlertTriangle } from '@tabler/icons-react';
import { DAY } from '../../../base/clock.ts';
import type { Token } from '../../../features/tokens/contract.ts';
import { useNow } from '../../ui/now.ts';
import { Time } from '../../ui/time.tsx';

/** How long before an expiry its date begins to warn. */
const WARN_MS = 30 * DAY;

/** A token's expiry; from 30 days before, with a warning mark while the token still works. */
export function Expiry({ token }: { token: Pick<Token, 'expiresAt' | 'status'> }) {
  const now = useNow();
  const left = token.expiresAt === null ? Number.POSITIVE_INFINITY : token.expiresAt.getTime() - now;
  const soon = token.status === 'active' && left > 0 && left <= WARN_MS;
  return (
    <span
      style={{
        display: 'flex',
        alignItems: 'center',
        gap: 4,
        color: soon ? 'var(--gh-warn)' : undefined,
      }}
    >
      {soon && <IconAlertTriangle size={13} role="img" aria-label="expires soon" />}
      <Time at={token.expiresAt} />
    </span>
  );
}
