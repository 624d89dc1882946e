import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { RetentionShown } from '../../../features/retention/contract.ts';
import { api } from '../../api.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { dataSize, exactTime } from '../../ui/format.ts';
import { Panel } from '../../ui/page.tsx';
import { SkeletonLines } from '../../ui/skeletons.tsx';
import { RetentionForm } from './retention-form.tsx';

/** How long the request log and its sums are kept. */
export function RetentionSection() {
  const shown = useQuery(api.retention.show.queryOptions());
  return (
    <Panel
      title="Retention"
      about="How long the API log is kept, and what Usage Analytics sums up of it. The rows of the last hour are always kept."
    >
      {shown.isError ? (
        <ErrorNotice error={shown.error} doing="read the retention" retry={() => void shown.refetch()} />
      ) : shown.data === undefined ? (
        <SkeletonLines />
      ) : (
        <>
          <Now shown={shown.data} />
          <RetentionForm
            key={`${shown.data.rawDays} ${shown.data.rollupDays} ${shown.data.maxBytes}`}
            policy={shown.data}
          />
        </>
      )}
    </Panel>
  );
}

function Now({ shown: { logBytes, oldestRow } }: { shown: RetentionShown }) {
  return (
    <Text c="dimmed" mb="sm" className="tabular">
      {oldestRow === null
        ? 'The log has no rows yet.'
        : `The log takes ${dataSize(logBytes)} on the disk; its oldest row is of ${exactTime(oldestRow)}.`}
    </Text>
  );
}
