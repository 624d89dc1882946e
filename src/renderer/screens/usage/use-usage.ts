import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { MINUTE, SECOND } from '../../../base/clock.ts';
import type { UsageSummary } from '../../../features/usage/contract.ts';
import { api, client } from '../../api.ts';
import { instantsOf } from '../../ui/range.ts';
import { zoneName } from '../../ui/zone.ts';
import type { UsageView } from './use-usage-view.ts';

/** What was asked for, and what was answered; the answer may cover a little more. */
export interface Usage {
  asked: { from: Date; to: Date };
  summary: UsageSummary;
}

/** Usage of the view's token and range. While it refreshes, or another range loads, the last figures stay. */
export function useUsage({ token, range, zone, compare }: UsageView) {
  const live = range.kind === 'preset' || range.to === null;
  return useQuery({
    // Under the procedure's own key, so that whatever invalidates usage invalidates this. A range that ends now
    // has its name in the key, not its instants, or each refresh would be another query.
    queryKey: [...api.usage.summary.key(), { token, range, zone, compare }],
    queryFn: async ({ signal }): Promise<Usage> => {
      const now = Date.now();
      const { from, to } = instantsOf(range, now);
      const asked = { from: from ?? new Date(now), to: to ?? new Date(now) };
      const summary = await client.usage.summary(
        { ...asked, zone: zoneName(zone), compare, ...(token === null ? {} : { tokenId: token }) },
        { signal },
      );
      return { asked, summary };
    },
    placeholderData: keepPreviousData,
    refetchInterval: live ? (range.kind === 'preset' && range.preset === '1h' ? 15 * SECOND : MINUTE) : false,
  });
}
