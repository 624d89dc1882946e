import { Anchor, Button, Chip, Group, Table, Tooltip } from '@mantine/core';
import { IconSparkles } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { type Finding, findingCode } from '../../../../features/tokens/contract.ts';
import { api } from '../../../api.ts';
import { paths } from '../../../routes/paths.ts';
import { DataTable, NameButton, rowClass, rowEnd } from '../../../ui/data-table.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { count } from '../../../ui/format.ts';
import { SkeletonRows } from '../../../ui/skeletons.tsx';
import { Time } from '../../../ui/time.tsx';
import classes from '../tokens.module.css';
import type { SetTokensView, TokensView } from '../use-tokens-view.ts';
import { ApplyRemedy } from './apply-remedy.tsx';
import { findingDetail, findingWords, remedyWords } from './finding-words.ts';

const PAGE = 200;
const COLUMNS = 5;

interface HygieneProps {
  code: NonNullable<TokensView['hygiene']>;
  set: SetTokensView;
}

/** What of the active tokens is open wider, or longer, than it need be, each with its remedy. */
export function Hygiene({ code, set }: HygieneProps) {
  const [mending, setMending] = useState<Finding | null>(null);
  const [page, setPage] = useState(0);
  const found = useQuery({
    ...api.tokens.hygiene.queryOptions({
      input: { ...(code === 'all' ? {} : { code }), offset: page * PAGE, limit: PAGE },
    }),
    placeholderData: keepPreviousData,
  });
  const counts = found.data?.counts;
  const all = counts === undefined ? null : Object.values(counts).reduce((sum, one) => sum + one, 0);
  const pick = (picked: string) => {
    setPage(0);
    set({ hygiene: picked as HygieneProps['code'] });
  };
  const chip = (value: string, word: string, number: number | null | undefined) => (
    <Chip key={value} value={value} size="xs" radius="sm" variant="outline">
      {word} <span className="tabular">{number == null ? '' : count(number)}</span>
    </Chip>
  );
  return (
    <>
      <Chip.Group value={code} onChange={pick}>
        <Group gap={6} mb={12} mih={30} flex="none" role="group" aria-label="Findings">
          {chip('all', 'All findings', all)}
          {findingCode.options.map((one) => chip(one, findingWords[one].word, counts?.[one]))}
        </Group>
      </Chip.Group>
      {found.isError ? (
        <ErrorNotice error={found.error} doing="look the tokens over" retry={() => void found.refetch()} />
      ) : found.data?.findings.length === 0 ? (
        <EmptyState icon={IconSparkles} title="Nothing to mend">
          {code === 'all'
            ? 'Every active token expires, is used, has an IP range, and may do no more than it needs.'
            : 'No active token has this finding.'}
        </EmptyState>
      ) : (
        <DataTable
          label="Findings"
          minWidth={760}
          fill
          head={
            <>
              <Table.Th>Finding</Table.Th>
              <Table.Th>Token</Table.Th>
              <Table.Th>Last used</Table.Th>
              <Table.Th>Shown by</Table.Th>
              <Table.Th ta="right" className={rowEnd}>
                Remedy
              </Table.Th>
            </>
          }
        >
          {found.data === undefined ? (
            <SkeletonRows columns={COLUMNS} />
          ) : (
            found.data.findings.map((finding) => (
              <FindingRow
                key={`${finding.code} ${finding.token.id}`}
                finding={finding}
                onOpen={() => set({ token: finding.token.id })}
                onMend={() => setMending(finding)}
              />
            ))
          )}
        </DataTable>
      )}
      {(found.data?.total ?? 0) > PAGE && (
        <Group justify="flex-end" mt="xs" gap="xs">
          <Button variant="default" disabled={page === 0} onClick={() => setPage(page - 1)}>
            Previous {PAGE}
          </Button>
          <Button
            variant="default"
            disabled={(page + 1) * PAGE >= (found.data?.total ?? 0)}
            onClick={() => setPage(page + 1)}
          >
            Next {PAGE}
          </Button>
        </Group>
      )}
      <ApplyRemedy finding={mending} onClose={() => setMending(null)} />
    </>
  );
}

interface FindingRowProps {
  finding: Finding;
  onOpen: () => void;
  onMend: () => void;
}

function FindingRow({ finding, onOpen, onMend }: FindingRowProps) {
  const { token, code } = finding;
  const { word, why, icon: Icon } = findingWords[code];
  const remedy = remedyWords(finding);
  return (
    <Table.Tr className={rowClass()} data-row={token.id} onClick={onOpen}>
      <Table.Td>
        <Tooltip label={why}>
          <span style={{ display: 'flex', alignItems: 'center', gap: 6 }}>
            <Icon size={15} stroke={1.75} color="var(--gh-warn)" aria-hidden />
            {word}
          </span>
        </Tooltip>
      </Table.Td>
      <Table.Td>
        <div className={classes.name} title={token.name}>
          <NameButton onClick={onOpen}>{token.name}</NameButton>
        </div>
      </Table.Td>
      <Table.Td>
        <Time at={token.lastUsedAt} />
      </Table.Td>
      <Table.Td className="dimmed">{findingDetail(finding)}</Table.Td>
      <Table.Td ta="right" className={rowEnd} onClick={(event) => event.stopPropagation()}>
        {remedy === null ? (
          <Anchor component={Link} to={paths.ipRules({ token: token.id })} fz="sm">
            Open IP Restrictions
          </Anchor>
        ) : (
          <Button size="compact-sm" variant="default" onClick={onMend}>
            {remedy}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
