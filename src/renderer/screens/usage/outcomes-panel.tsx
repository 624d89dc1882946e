import { Table, Text, Tooltip } from '@mantine/core';
import { Link } from 'react-router';
import { outcomeOf } from '../../../base/reasons.ts';
import type { UsageSummary } from '../../../features/usage/contract.ts';
import { DownloadCsv } from '../../charts/chart-panel.tsx';
import { percent } from '../../charts/durations.ts';
import { OutcomeMark } from '../../charts/outcome-mark.tsx';
import { outcomeWords } from '../../charts/palette.ts';
import { OutcomeBar } from '../../charts/share-bar.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { count } from '../../ui/format.ts';
import { Panel } from '../../ui/page.tsx';
import { reasonWords } from '../../ui/reasons.ts';
import type { LinkToLogs } from './link-to-logs.ts';
import classes from './usage.module.css';

interface OutcomesPanelProps {
  summary: UsageSummary;
  linkToLogs: LinkToLogs;
  fileName: string;
}

/** What came of the requests: admitted, or why not; a reason leads to its requests. */
export function OutcomesPanel({ summary, linkToLogs, fileName }: OutcomesPanelProps) {
  const { total, byOutcome, byReason } = summary;
  const explained = byReason.reduce((sum, reason) => sum + reason.count, 0);
  const unexplained = total - byOutcome.admitted - explained;
  const csv = {
    columns: ['Outcome', 'Reason', 'Status', 'Requests'],
    rows: [
      [outcomeWords.admitted, '', '', byOutcome.admitted],
      ...byReason.map(({ reason, status, count: requests }) => [
        outcomeWords[outcomeOf(status)],
        reason,
        status,
        requests,
      ]),
      ...(unexplained > 0 ? [['', '(answered by the API itself)', '', unexplained]] : []),
    ],
  };
  return (
    <Panel
      title="Success and failure"
      about="By reason; a click shows the requests"
      actions={<DownloadCsv title="Success and failure" fileName={`outcomes-${fileName}`} csv={csv} />}
      padded={false}
    >
      <div className={classes.shareRow}>
        <OutcomeBar counts={byOutcome} total={total} />
      </div>
      <div className={classes.flush}>
        <DataTable
          label="Success and failure by reason"
          flush
          minWidth={360}
          maxHeight="254px"
          head={
            <>
              <Table.Th>Outcome</Table.Th>
              <Table.Th>Status</Table.Th>
              <Table.Th ta="right">Requests</Table.Th>
              <Table.Th ta="right">Share</Table.Th>
            </>
          }
        >
          <Table.Tr>
            <Table.Td>
              <span className={classes.reason}>
                <OutcomeMark outcome="admitted" /> Admitted
              </span>
            </Table.Td>
            <Table.Td>below 400</Table.Td>
            <Table.Td ta="right">{count(byOutcome.admitted)}</Table.Td>
            <Table.Td ta="right">{percent(byOutcome.admitted, total)}</Table.Td>
          </Table.Tr>
          {byReason.map(({ reason, status, count: requests }) => {
            const { title, meaning } = reasonWords(reason);
            return (
              <Table.Tr key={`${reason} ${status}`}>
                <Table.Td>
                  <span className={classes.reason}>
                    <OutcomeMark outcome={outcomeOf(status)} />
                    <Tooltip label={`${meaning} (${reason})`} multiline maw={320}>
                      <Link className={classes.rowLink} to={linkToLogs({ reason, status: String(status) })}>
                        {title}
                      </Link>
                    </Tooltip>
                  </span>
                </Table.Td>
                <Table.Td>{status}</Table.Td>
                <Table.Td ta="right">{count(requests)}</Table.Td>
                <Table.Td ta="right">{percent(requests, total)}</Table.Td>
              </Table.Tr>
            );
          })}
          {unexplained > 0 && (
            <Table.Tr>
              <Table.Td>
                <Text c="dimmed">Answered by the API itself</Text>
              </Table.Td>
              <Table.Td>400 and above</Table.Td>
              <Table.Td ta="right">{count(unexplained)}</Table.Td>
              <Table.Td ta="right">{percent(unexplained, total)}</Table.Td>
            </Table.Tr>
          )}
        </DataTable>
      </div>
    </Panel>
  );
}
