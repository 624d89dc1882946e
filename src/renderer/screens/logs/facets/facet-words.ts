import type { FacetField } from '../../../../features/logs/contract.ts';
import { reasonWords } from '../../../ui/reasons.ts';
import { statusName } from '../status-names.ts';

/** A facet's heading, and what it calls the rows that have no value. */
export const facetWords: Record<FacetField, { title: string; none: string }> = {
  status: { title: 'Status', none: 'No status' },
  reason: { title: 'Reason', none: 'No reason' },
  token: { title: 'Token', none: 'No token' },
  user: { title: 'User', none: 'No user' },
  endpoint: { title: 'Endpoint', none: 'No endpoint' },
  method: { title: 'Method', none: 'No method' },
  address: { title: 'Address', none: 'No address' },
};

/** A value as a facet lists it, and what is said of it on hover. */
export function valueWords(
  field: FacetField,
  value: string | null,
  label: string | null,
): { text: string; more: string } {
  if (value === null) return { text: facetWords[field].none, more: '' };
  if (field === 'reason') return { text: reasonWords(value).title, more: value };
  if (field === 'status') return { text: `${value} ${statusName(Number(value))}`.trim(), more: '' };
  return { text: label ?? value, more: label === null ? '' : value };
}
