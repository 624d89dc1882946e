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

/**
 * What "now" is for ranges that end now: in files, when the newest request read so far arrived (Unix milliseconds); null
 * where an instance is shown.
 * @param refresh called when files have first rows, and when they are read to their end
 */
export function useReviewNow(refresh: () => void): number | null {
  const state = useReviewState();
  const step = state === undefined || state.rows === 0 ? 'nothing' : state.isRead ? 'all' : 'some';
  const last = useRef(step);
  useEffect(() => {
    if (last.current === step) return;
    last.current = step;
    refresh();
  }, [step, refresh]);
  // As long as they are read it would move all the time, and with it what is asked.
  const newest = useRef<number | null>(null);
  if (step !== 'nothing' && (newest.current === null || step === 'all'))
    newest.current = state?.newest?.getTime() ?? null;
  return newest.current;
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
