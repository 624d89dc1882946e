import { IconBan, IconCircleCheck, IconClockX, IconPlayerPause, type TablerIcon } from '@tabler/icons-react';
import type { TokenStatus } from '../../features/tokens/contract.ts';
import classes from './status-badge.module.css';

export type Tone = 'good' | 'warn' | 'bad' | 'quiet';

/** A state by word, icon and colour, never by colour alone. */
export function StatusBadge({ tone, icon: Icon, word }: { tone: Tone; icon: TablerIcon; word: string }) {
  return (
    <span className={`${classes.root} ${classes[tone]}`}>
      <Icon size={13} stroke={2} aria-hidden />
      {word}
    </span>
  );
}

const statuses: Record<TokenStatus, { tone: Tone; icon: TablerIcon; word: string }> = {
  active: { tone: 'good', icon: IconCircleCheck, word: 'Active' },
  inactive: { tone: 'quiet', icon: IconPlayerPause, word: 'Inactive' },
  expired: { tone: 'warn', icon: IconClockX, word: 'Expired' },
  revoked: { tone: 'bad', icon: IconBan, word: 'Revoked' },
};

export const TokenStatusBadge = ({ status }: { status: TokenStatus }) => (
  <StatusBadge {...statuses[status]} />
);
