import { IconEye, IconFilter, IconListCheck, IconPencil } from '@tabler/icons-react';
import type { Token } from '../../../features/tokens/contract.ts';
import { counted } from '../../ui/format.ts';

/** The three permission scopes, as the documentation names them. */
export const scopes = {
  'read-only': {
    word: 'Read-Only',
    icon: IconEye,
    meaning: 'Can retrieve data on every endpoint, and change nothing.',
  },
  full: { word: 'Full Access', icon: IconPencil, meaning: 'Can read and write on every endpoint.' },
  limited: { word: 'Limited', icon: IconListCheck, meaning: 'Can reach only the endpoints you choose.' },
} as const;

export const restrictionCount = ({ restrictions: r }: Pick<Token, 'restrictions'>): number =>
  r.businessUnits.length + r.locations.length + r.userGroups.length;

/** A token's scope in a word, with a mark if it is narrowed to places. */
export function ScopeWord({ token }: { token: Token }) {
  const { word, icon: Icon, meaning } = scopes[token.scope];
  const narrowed = restrictionCount(token);
  const detail = token.scope === 'limited' ? counted(token.endpoints.length, 'entry', 'entries') : meaning;
  const label =
    narrowed > 0
      ? `${detail} · narrowed to ${counted(narrowed, 'place or group', 'places and groups')}`
      : detail;
  return (
    <span title={label} style={{ display: 'flex', alignItems: 'center', gap: 5 }}>
      <Icon size={14} stroke={1.75} color="var(--mantine-color-dimmed)" aria-hidden />
      {word}
      {narrowed > 0 && (
        <IconFilter
          size={13}
          color="var(--gh-accent-text)"
          role="img"
          aria-label="narrowed to places or groups"
        />
      )}
    </span>
  );
}
