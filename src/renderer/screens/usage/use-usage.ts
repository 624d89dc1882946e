import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { MINUTE, SECOND } from '../../../base/clock.ts';
import type { UsageSummary } from '../../../features/usage/contract.ts';
import { api, client } from '../../api.ts';
import { useIsReview, useReviewNow } from '../../routes/use-review.ts';
import { instantsOf } from '../../ui/range.ts';
import { zoneName } from '../../ui/zone.ts';
import { isWhole, type UsageView } from './use-usage-view.ts';

/** What was asked for, and what was answered; the answer may cover a little more. */
export interface Usage {
  asked: { from: Date; to: Date };
  summary: UsageSummary;
}

/** Usage of the view's token and range. While it refreshes, or another range loads, the last figures stay. */
export function useUsage({ token, range, zone, compare }: UsageView) {
  const queries = useQueryClient();
  const refresh = useCallback(
    () => void queries.invalidateQueries({ queryKey: api.usage.summary.key() }),
    [queries],
  );
  const reviewed = useReviewNow(refresh);
  // Nothing arrives in files.
  const live = !useIsReview() && (range.kind === 'preset' || range.to === null);
  return useQuery({
    // Under the procedure's own key, so that whatever invalidates usage invalidates this. A range that ends now
    // has its name in the key, not its instants, or each refresh would be another query.
    queryKey: [...api.usage.summary.key(), { token, range, zone, compare, reviewed }],
    queryFn: async ({ signal }): Promise<Usage> => {
      const now = reviewed ?? Date.now();
      const { from, to } = instantsOf(range, now);
      const asked = isWhole(range) ? {} : { from: from ?? new Date(now), to: to ?? new Date(now + 1) };
      const summary = await client.usage.summary(
        { ...asked, zone: zoneName(zone), compare, ...(token === null ? {} : { tokenId: token }) },
        { signal },
      );
      return { asked: { from: summary.from, to: summary.to, ...asked }, summary };
    },
    placeholderData: keepPreviousData,
    refetchInterval: live ? (range.kind === 'preset' && range.preset === '1h' ? 15 * SECOND : MINUTE) : false,
  });
}
