import { IconAlertOctagon, IconAlertTriangle, IconClockExclamation } from '@tabler/icons-react';
import { DAY } from '../../../base/clock.ts';
import type { Token } from '../../../features/tokens/contract.ts';
import { useNow } from '../../ui/now.ts';
import { Time } from '../../ui/time.tsx';

/** How long before an expiry it warns, the gravest first. */
const warnings = [
  { days: 1, label: 'expires within a day', icon: IconAlertOctagon, colour: 'var(--gh-bad)' },
  { days: 10, label: 'expires within 10 days', icon: IconAlertTriangle, colour: 'var(--gh-warn)' },
  { days: 30, label: 'expires within 30 days', icon: IconClockExclamation, colour: 'var(--gh-warn)' },
] as const;

/** A token's expiry; from 30, 10 and 1 day before, with a warning mark while the token still works. */
export function Expiry({ token }: { token: Pick<Token, 'expiresAt' | 'status'> }) {
  const now = useNow();
  const left = token.expiresAt === null ? Number.POSITIVE_INFINITY : token.expiresAt.getTime() - now;
  const warning = token.status === 'active' ? warnings.find(({ days }) => left <= days * DAY) : undefined;
  return (
    <span style={{ display: 'flex', alignItems: 'center', gap: 4, color: warning?.colour }}>
      {warning && <warning.icon size={14} role="img" aria-label={warning.label} />}
      <Time at={token.expiresAt} />
    </span>
  );
}
