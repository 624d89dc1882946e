import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api, inDesktop } from '../api.ts';
import { notifyError } from '../ui/error-notice.tsx';
import { paths } from './paths.ts';

/** The files that are shown in place of an instance: null where there are none, undefined until that is known. */
export function useReviewedFiles(): readonly string[] | null | undefined {
  const { data } = useQuery({
    ...api.connections.review.files.queryOptions(),
    enabled: inDesktop,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return inDesktop ? data : null;
}

/** Whether this window shows files: there is nothing to change, and no gateway. */
export const useIsReview = (): boolean => Array.isArray(useReviewedFiles());

/** How far the files are read. */
export function useReviewState() {
  const isReview = useIsReview();
  const { data } = useQuery({
    ...api.connections.review.state.experimental_liveOptions({
      enabled: isReview,
      staleTime: Number.POSITIVE_INFINITY,
      retry: false,
    }),
  });
  return data;
}

/** While files are read, what is shown of them is not asked for anew more often, in milliseconds. */
const REFRESH_MS = 1_000;

/**
 * What "now" is for ranges that end now: in files, when the newest request read so far arrived (Unix milliseconds); null
 * where an instance is shown. It moves with each refresh.
 * @param refresh called when files have first rows, whenever they have twice as many, and when they are read
 */
export function useReviewNow(refresh: () => void): number | null {
  const state = useReviewState();
  const shown = useRef({ rows: 0, isRead: false, at: 0, newest: null as number | null });
  const { rows = 0, isRead = false, newest = null } = state ?? {};
  const before = shown.current;
  const isDue =
    rows > 0 &&
    ((isRead && !before.isRead) || (rows >= 2 * before.rows && performance.now() - before.at > REFRESH_MS));
  if (isDue) shown.current = { rows, isRead, at: performance.now(), newest: newest?.getTime() ?? null };
  const { at } = shown.current;
  useEffect(() => {
    if (at > 0) refresh();
  }, [at, refresh]);
  return shown.current.newest;
}

/** The page is loaded anew with what is shown instead. */
function startOver(): void {
  window.location.hash = paths.logs();
  window.location.reload();
}

/** Has the user pick files to review. */
export const useOpenExport = () =>
  useMutation(
    api.connections.review.open.mutationOptions({
      onError: (error) => notifyError(error, 'open the files'),
      onSuccess: (opened) => {
        if (opened) startOver();
      },
    }),
  );

/** Goes back to the connection. */
export const useCloseReview = () =>
  useMutation(
    api.connections.review.close.mutationOptions({
      onError: (error) => notifyError(error, 'close the files'),
      onSuccess: startOver,
    }),
  );
