import { Table } from '@mantine/core';
import type { AuditEntry } from '../../../features/audit/contract.ts';
import { DataTable, NameButton, rowClass } from '../../ui/data-table.tsx';
import { count } from '../../ui/format.ts';
import { SkeletonRows } from '../../ui/skeletons.tsx';
import { Time } from '../../ui/time.tsx';
import { usePlaceNames } from '../tokens/use-place-names.ts';
import { actionWords, subjectWords } from './action-words.ts';
import classes from './audit.module.css';
import { differences, inShort } from './differences.ts';

const COLUMNS = 6;

interface AuditTableProps {
  /** Undefined while they load. */
  entries: AuditEntry[] | undefined;
  /** The number of the one whose drawer is open. */
  open: number | null;
  onOpen: (seq: number) => void;
}

/** The entries, newest first: who did what, when and to what. */
export function AuditTable({ entries, open, onOpen }: AuditTableProps) {
  const nameOf = usePlaceNames();
  return (
    <DataTable
      label="Audit log"
      minWidth={820}
      fill
      head={
        <>
          <Table.Th ta="right" w={64}>
            No.
          </Table.Th>
          <Table.Th w={124}>When</Table.Th>
          <Table.Th>Who</Table.Th>
          <Table.Th>What</Table.Th>
          <Table.Th>To what</Table.Th>
          <Table.Th w="34%">Change</Table.Th>
        </>
      }
    >
      {entries === undefined ? (
        <SkeletonRows columns={COLUMNS} />
      ) : (
        entries.map((entry) => (
          <Table.Tr
            key={entry.seq}
            data-row={entry.seq}
            className={rowClass(open === entry.seq)}
            onClick={() => onOpen(entry.seq)}
          >
            <Table.Td ta="right" className="tabular">
              {count(entry.seq)}
            </Table.Td>
            <Table.Td>
              <Time at={entry.at} />
            </Table.Td>
            <Table.Td className={classes.clip ?? ''} title={entry.actor}>
              <span className="mono">{entry.actor}</span>
            </Table.Td>
            <Table.Td>
              <NameButton onClick={() => onOpen(entry.seq)}>{actionWords(entry.action)}</NameButton>
            </Table.Td>
            <Table.Td className={classes.clip ?? ''} dir="auto" title={subjectWords(entry.subject)}>
              {subjectWords(entry.subject)}
            </Table.Td>
            <Change text={inShort(differences(entry.before, entry.after, nameOf))} />
          </Table.Tr>
        ))
      )}
    </DataTable>
  );
}

const Change = ({ text }: { text: string }) => (
  <Table.Td className={`${classes.clip} ${classes.change} dimmed`} title={text}>
    {text}
  </Table.Td>
);
