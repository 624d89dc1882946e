import { Button, Table } from '@mantine/core';
import { IconFilterOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { term } from '../../../base/log-query/build.ts';
import { writeQuery } from '../../../base/log-query/write.ts';
import type { RehearsalResult } from '../../../gateway/rehearsal/contract.ts';
import { DownloadCsv } from '../../charts/chart-panel.tsx';
import { paths } from '../../routes/paths.ts';
import { DataTable, NameButton, rowClass } from '../../ui/data-table.tsx';
import { count, counted, exactTime } from '../../ui/format.ts';
import { useTopEscape } from '../../ui/use-top-escape.ts';
import { secondsTime, shortDay } from '../../ui/zone.ts';
import { LogDrawer } from '../logs/log-drawer.tsx';
import classes from './rehearsal.module.css';
import { reasonTitle } from './result-words.ts';

const PAGE = 100;

type Example = RehearsalResult['examples'][number];

const verdictWords = (verdict: Example['after']): string =>
  verdict === null ? 'Undecidable' : verdict.letIn ? 'Let in' : `Denied: ${reasonTitle(verdict.reason)}`;

/** Whose requests the examples are narrowed to. */
export interface Narrowed {
  by: 'tokenId' | 'userId' | 'endpoint';
  value: string | null;
  name: string;
}

const Verdict = ({ of }: { of: Example['after'] }) => (
  <Table.Td className={classes.short} title={verdictWords(of)}>
    {verdictWords(of)}
  </Table.Td>
);

interface ExamplesProps {
  examples: Example[];
  narrowed: Narrowed | null;
  onWiden: () => void;
  fileName: string;
}

/** Requests that would be decided otherwise, some of each kind; each opens as the log has it. */
export function Examples({ examples, narrowed, onWiden, fileName }: ExamplesProps) {
  const navigate = useNavigate();
  const [most, setMost] = useState(PAGE);
  const [open, setOpen] = useState<string | null>(null);
  useTopEscape(open !== null, () => setOpen(null));
  const matching =
    narrowed === null ? examples : examples.filter((row) => row[narrowed.by] === narrowed.value);
  const shown = matching.slice(0, most);
  const csv = {
    columns: ['Time (UTC)', 'Request id', 'Method', 'Path', 'Token', 'Address', 'Then', 'With the draft'],
    rows: matching.map((row) => [
      row.time,
      row.requestId,
      row.method,
      row.path,
      row.tokenName,
      row.address,
      verdictWords(row.before),
      verdictWords(row.after),
    ]),
  };
  return (
    <>
      <div className={classes.line}>
        <span className="dimmed">
          {counted(matching.length, 'example')}
          {narrowed !== null && ` of ${narrowed.name}`}, some of each kind. A click shows the request.
        </span>
        {narrowed !== null && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconFilterOff size={14} />}
            onClick={onWiden}
          >
            Show all
          </Button>
        )}
        <DownloadCsv title="Examples" fileName={fileName} csv={csv} />
      </div>
      <DataTable
        label="Examples"
        maxHeight="320px"
        minWidth={760}
        head={
          <>
            <Table.Th>Time</Table.Th>
            <Table.Th>Request</Table.Th>
            <Table.Th>Token</Table.Th>
            <Table.Th>Then</Table.Th>
            <Table.Th>With the draft</Table.Th>
          </>
        }
      >
        {shown.map((row) => (
          <Table.Tr
            key={row.requestId}
            className={rowClass(row.requestId === open)}
            onClick={() => setOpen(row.requestId)}
          >
            <Table.Td className="tabular" title={exactTime(row.time)}>
              {shortDay(row.time, 'local')} {secondsTime(row.time, 'local')}
            </Table.Td>
            <Table.Td className={`mono ${classes.name}`} title={`${row.method} ${row.path}`}>
              <NameButton onClick={() => setOpen(row.requestId)}>
                {row.method} {row.path}
              </NameButton>
            </Table.Td>
            <Table.Td className={classes.short} dir="auto" title={row.tokenName ?? undefined}>
              {row.tokenName ?? <span className="dimmed">none</span>}
            </Table.Td>
            <Verdict of={row.before} />
            <Verdict of={row.after} />
          </Table.Tr>
        ))}
      </DataTable>
      {matching.length > shown.length && (
        <Button mt="xs" variant="default" onClick={() => setMost(most + PAGE)}>
          Show {count(Math.min(PAGE, matching.length - shown.length))} more
        </Button>
      )}
      <LogDrawer
        rows={shown}
        request={open}
        onRequest={setOpen}
        onNarrow={(field, value, excluded) =>
          void navigate(paths.logs({ q: writeQuery([term(field, value, excluded)]) }))
        }
        onSpan={(from, to) => void navigate(paths.logs({ from: from.toISOString(), to: to.toISOString() }))}
      />
    </>
  );
}
