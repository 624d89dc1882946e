import { Table, Tooltip } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import type { UsageSummary } from '../../../features/usage/contract.ts';
import { DownloadCsv } from '../../charts/chart-panel.tsx';
import { durationLines } from '../../charts/duration-lines.ts';
import { percent } from '../../charts/durations.ts';
import { ColumnBar } from '../../charts/share-bar.tsx';
import { DataTable, SortHead } from '../../ui/data-table.tsx';
import { count } from '../../ui/format.ts';
import { Panel } from '../../ui/page.tsx';
import type { LinkToLogs } from './link-to-logs.ts';
import { Milliseconds } from './milliseconds.tsx';
import classes from './usage.module.css';

type EndpointUsage = UsageSummary['byEndpoint'][number];
type SortKey = 'count' | 'errors' | 'averageMs' | 'p95Ms';

/** An endpoint is a method and a path; what matched none has no method. */
const isEndpoint = (name: string) => name.includes(' /');

interface EndpointsPanelProps {
  endpoints: EndpointUsage[];
  total: number;
  linkToLogs: LinkToLogs;
  fileName: string;
}

/** Which endpoints are used, how often, and how well; one leads to its requests. */
export function EndpointsPanel({ endpoints, total, linkToLogs, fileName }: EndpointsPanelProps) {
  const [sort, setSort] = useState<{ by: SortKey; descending: boolean }>({ by: 'count', descending: true });
  const onSort = (by: SortKey) =>
    setSort((now) => ({ by, descending: now.by === by ? !now.descending : true }));
  const sign = sort.descending ? -1 : 1;
  const ranked = endpoints.toSorted((a, b) => sign * ((a[sort.by] ?? -1) - (b[sort.by] ?? -1)));
  const largest = Math.max(0, ...endpoints.map((endpoint) => endpoint.count));
  const csv = {
    columns: ['Endpoint', 'Requests', 'Failures', ...durationLines.map(({ word }) => `${word} (ms)`)],
    rows: ranked.map((one) => [
      one.endpoint,
      one.count,
      one.errors,
      ...durationLines.map(({ key }) => one[key]),
    ]),
  };
  const head = (
    <>
      <Table.Th>Endpoint</Table.Th>
      <SortHead by="count" sort={sort} onSort={onSort}>
        Requests
      </SortHead>
      <Table.Th ta="right">Share</Table.Th>
      <SortHead by="errors" sort={sort} onSort={onSort} right>
        Failures
      </SortHead>
      <Table.Th ta="right">Failure rate</Table.Th>
      <SortHead by="averageMs" sort={sort} onSort={onSort} right>
        Average
      </SortHead>
      <SortHead by="p95Ms" sort={sort} onSort={onSort} right>
        p95
      </SortHead>
    </>
  );
  return (
    <Panel
      title="Endpoints"
      about="The most used first; a click shows the requests"
      actions={<DownloadCsv title="Endpoints" fileName={`endpoints-${fileName}`} csv={csv} />}
      padded={false}
    >
      <div className={classes.flush}>
        <DataTable label="Endpoints accessed" flush head={head} minWidth={780}>
          {ranked.map(({ endpoint, count: requests, errors, averageMs, p95Ms }) => (
            <Table.Tr key={endpoint}>
              <Table.Td>
                {isEndpoint(endpoint) ? (
                  <Link className={`mono ${classes.rowLink}`} to={linkToLogs({ endpoint })}>
                    {endpoint}
                  </Link>
                ) : (
                  <Tooltip label="Requests that were refused before an endpoint was looked for, or that matched none">
                    <span className="dimmed">No endpoint</span>
                  </Tooltip>
                )}
              </Table.Td>
              <Table.Td className={classes.barCell}>
                {count(requests)}
                <ColumnBar value={requests} largest={largest} />
              </Table.Td>
              <Table.Td ta="right">{percent(requests, total)}</Table.Td>
              <Table.Td ta="right">{count(errors)}</Table.Td>
              <Table.Td ta="right">{percent(errors, requests)}</Table.Td>
              <Milliseconds value={averageMs} of={requests} />
              <Milliseconds value={p95Ms} of={requests} />
            </Table.Tr>
          ))}
        </DataTable>
      </div>
    </Panel>
  );
}
