import {
  IconCalendarOff,
  IconCalendarPlus,
  IconListCheck,
  IconMoon,
  IconNetworkOff,
  IconZzz,
  type TablerIcon,
} from '@tabler/icons-react';
import type { Finding, FindingCode } from '../../../../features/tokens/contract.ts';
import { counted, exactTime } from '../../../ui/format.ts';

/** What each finding is called, and why it matters. */
export const findingWords: Record<FindingCode, { word: string; why: string; icon: TablerIcon }> = {
  'expiry.never': {
    word: 'Never expires',
    why: 'A forgotten token that never expires stays open for whoever finds it.',
    icon: IconCalendarOff,
  },
  'expiry.beyond': {
    word: 'Beyond the policy',
    why: 'It was given a longer life than the policy allows today.',
    icon: IconCalendarPlus,
  },
  'use.never': { word: 'Never used', why: 'Nobody would miss it.', icon: IconMoon },
  'use.idle': { word: 'Idle for 90 days', why: 'Whatever used it seems to be gone.', icon: IconZzz },
  'ip.none': {
    word: 'No IP range',
    why: 'Stolen, it works from anywhere.',
    icon: IconNetworkOff,
  },
  'scope.wide': {
    word: 'Wider than its use',
    why: 'Its log shows that it needs less than it may do.',
    icon: IconListCheck,
  },
};

/** The button that would mend it; null where there is nothing to apply yet. */
export function remedyWords({ remedy }: Finding): string | null {
  switch (remedy.kind) {
    case 'setExpiry':
      return 'Set an expiry…';
    case 'revoke':
      return 'Revoke…';
    case 'switchOff':
      return 'Switch off…';
    case 'addRanges':
      return remedy.ranges.length === 0 ? null : `Add ${counted(remedy.ranges.length, 'range')}…`;
    case 'narrowScope':
      return `Narrow to ${counted(remedy.endpoints.length, 'endpoint')}…`;
  }
}

/** The figures behind a finding. */
export function findingDetail({ token, code, remedy }: Finding): string {
  if (remedy.kind === 'narrowScope') return `used ${remedy.used} of ${remedy.allowed} operations`;
  if (remedy.kind === 'addRanges')
    return remedy.ranges.length === 0
      ? 'no addresses to make ranges from'
      : `seen from ${counted(remedy.ranges.length, 'range')}`;
  if (code === 'expiry.beyond' && token.expiresAt !== null) return `until ${exactTime(token.expiresAt)}`;
  return '';
}
