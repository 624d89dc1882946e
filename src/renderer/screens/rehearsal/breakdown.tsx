import { Table, Tabs } from '@mantine/core';
import { useState } from 'react';
import type { Counts, RehearsalResult } from '../../../gateway/rehearsal/contract.ts';
import { DownloadCsv } from '../../charts/chart-panel.tsx';
import { DataTable, NameButton } from '../../ui/data-table.tsx';
import { count } from '../../ui/format.ts';
import { Examples, type Narrowed } from './examples.tsx';
import classes from './rehearsal.module.css';
import { reasonTitle } from './result-words.ts';

/** Whom and what the draft would change: tokens, users, endpoints, reasons, and the requests themselves. */
export function Breakdown({ result, fileName }: { result: RehearsalResult; fileName: string }) {
  const [tab, setTab] = useState<string | null>('tokens');
  const [narrowed, setNarrowed] = useState<Narrowed | null>(null);
  const show = (to: Narrowed) => {
    setNarrowed(to);
    setTab('requests');
  };
  const { groups } = result;
  return (
    <Tabs value={tab} onChange={setTab} keepMounted={false} className={classes.tabs}>
      <Tabs.List>
        <Tabs.Tab value="tokens">Tokens ({count(groups.tokens)})</Tabs.Tab>
        <Tabs.Tab value="users">Users ({count(groups.users)})</Tabs.Tab>
        <Tabs.Tab value="endpoints">Endpoints ({count(groups.endpoints)})</Tabs.Tab>
        <Tabs.Tab value="reasons">Reasons</Tabs.Tab>
        <Tabs.Tab value="requests">Requests</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="tokens" pt="sm">
        <GroupTable
          what="Token"
          all={groups.tokens}
          rows={result.byToken.map((row) => ({
            ...row,
            by: 'tokenId',
            value: row.tokenId,
            name: row.tokenName,
          }))}
          onShow={show}
          fileName={`tokens-${fileName}`}
        />
      </Tabs.Panel>
      <Tabs.Panel value="users" pt="sm">
        <GroupTable
          what="User"
          all={groups.users}
          rows={result.byUser.map((row) => ({ ...row, by: 'userId', value: row.userId, name: row.userName }))}
          onShow={show}
          fileName={`users-${fileName}`}
        />
      </Tabs.Panel>
      <Tabs.Panel value="endpoints" pt="sm">
        <GroupTable
          what="Endpoint"
          all={groups.endpoints}
          rows={result.byEndpoint.map((row) => ({
            ...row,
            by: 'endpoint',
            value: row.endpoint,
            name: row.endpoint ?? 'No endpoint',
          }))}
          onShow={show}
          fileName={`endpoints-${fileName}`}
        />
      </Tabs.Panel>
      <Tabs.Panel value="reasons" pt="sm">
        <ReasonTable result={result} fileName={`reasons-${fileName}`} />
      </Tabs.Panel>
      <Tabs.Panel value="requests" pt="sm">
        <Examples
          // Another choice starts at the top.
          key={JSON.stringify(narrowed)}
          examples={result.examples}
          narrowed={narrowed}
          onWiden={() => setNarrowed(null)}
          fileName={`requests-${fileName}`}
        />
      </Tabs.Panel>
    </Tabs>
  );
}

const columns = [
  ['Requests', 'requests'],
  ['Would be denied', 'wouldDeny'],
  ['Would be let in', 'wouldAllow'],
  ['Other reason', 'otherReason'],
  ['Undecidable', 'undecidable'],
] as const satisfies [string, keyof Counts][];

interface GroupTableProps {
  what: 'Token' | 'User' | 'Endpoint';
  /** How many are affected; the rows are at most the first so many of them. */
  all: number;
  rows: (Counts & Narrowed)[];
  onShow: (narrowed: Narrowed) => void;
  fileName: string;
}

function GroupTable({ what, all, rows, onShow, fileName }: GroupTableProps) {
  const label = `${what}s affected`;
  const csv = {
    columns: [what, ...columns.map(([word]) => word)],
    rows: rows.map((row) => [row.name, ...columns.map(([, key]) => row[key])]),
  };
  return (
    <>
      <div className={classes.line}>
        <span className="dimmed">
          {rows.length < all
            ? `The ${count(rows.length)} most affected of ${count(all)}`
            : 'The most affected'}
          {' first; a click shows examples.'}
        </span>
        <DownloadCsv title={label} fileName={fileName} csv={csv} />
      </div>
      <DataTable
        label={label}
        maxHeight="320px"
        minWidth={680}
        head={
          <>
            <Table.Th>{what}</Table.Th>
            {columns.map(([word]) => (
              <Table.Th key={word} ta="right">
                {word}
              </Table.Th>
            ))}
          </>
        }
      >
        {rows.map((row) => (
          <Table.Tr key={row.value}>
            <Table.Td className={classes.name}>
              <NameButton onClick={() => onShow(row)}>{row.name}</NameButton>
            </Table.Td>
            {columns.map(([word, key]) => (
              <Table.Td key={word} ta="right" className="tabular">
                {count(row[key])}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </DataTable>
    </>
  );
}

function ReasonTable({ result, fileName }: { result: RehearsalResult; fileName: string }) {
  const ranked = (change: string, reasons: Record<string, number>) =>
    Object.entries(reasons)
      .toSorted((a, b) => b[1] - a[1])
      .map(([code, requests]) => ({ change, code, requests }));
  const rows = [
    ...ranked('Would be denied for', result.byReason),
    ...ranked('Would be let in, was denied for', result.byFormerReason),
  ];
  const csv = {
    columns: ['Change', 'Reason', 'Code', 'Requests'],
    rows: rows.map(({ change, code, requests }) => [change, reasonTitle(code), code, requests]),
  };
  return (
    <>
      <div className={classes.line}>
        <span className="dimmed">Why they would be denied, and what those let in were denied for.</span>
        <DownloadCsv title="Reasons" fileName={fileName} csv={csv} />
      </div>
      <DataTable
        label="Reasons"
        maxHeight="320px"
        minWidth={480}
        head={
          <>
            <Table.Th>Change</Table.Th>
            <Table.Th>Reason</Table.Th>
            <Table.Th ta="right">Requests</Table.Th>
          </>
        }
      >
        {rows.map(({ change, code, requests }) => (
          <Table.Tr key={`${change} ${code}`}>
            <Table.Td>{change}</Table.Td>
            <Table.Td>
              {reasonTitle(code)} <span className="mono dimmed">{code}</span>
            </Table.Td>
            <Table.Td ta="right" className="tabular">
              {count(requests)}
            </Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
    </>
  );
}
