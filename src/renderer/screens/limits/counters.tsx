import { Button, Group, Pagination, Table, Text, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { IconGauge, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { SECOND } from '../../../base/clock.ts';
import type { CountersShown } from '../../../features/limits/contract.ts';
import { api } from '../../api.ts';
import { DataTable, rowEnd } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice, notifyError } from '../../ui/error-notice.tsx';
import { count, shortName } from '../../ui/format.ts';
import { Panel } from '../../ui/page.tsx';
import { SkeletonRows } from '../../ui/skeletons.tsx';
import { freeAgain } from './free-again.ts';
import classes from './limits.module.css';

const PAGE = 20;

type Quota = CountersShown['instance']['hour'];
type Row = CountersShown['instance'] & { key: string; name: string; tokenId: string | null };

/** What is used of each limit at this moment, and Reset. Asked each second while the page is visible. */
export function Counters() {
  const [search, setSearch] = useState('');
  const [page, setPage] = useState(1);
  const queries = useQueryClient();
  const shown = useQuery({
    ...api.gateway.counters.queryOptions({ input: { search, limit: PAGE, offset: (page - 1) * PAGE } }),
    refetchInterval: SECOND,
    refetchIntervalInBackground: false,
    placeholderData: keepPreviousData,
  });
  const reset = useMutation(
    api.limits.reset.mutationOptions({
      onSuccess: () => {
        notifications.show({ title: 'Counters reset', message: 'They count from now on.' });
        return queries.invalidateQueries({ queryKey: api.gateway.counters.key() });
      },
      onError: (error) => notifyError(error, 'reset the counters'),
    }),
  );
  const ask = ({ name, tokenId }: Row) =>
    modals.openConfirmModal({
      title: `Reset the counters of ${name}?`,
      children: (
        <Text>
          What was used in the last hour no longer counts, and the whole limit is free again from the next
          request on. The log keeps its rows.
        </Text>
      ),
      labels: { confirm: `Reset ${shortName(name)}`, cancel: 'Cancel' },
      confirmProps: { color: 'red' },
      onConfirm: () =>
        reset.mutate({
          target: tokenId === null ? { kind: 'instance' } : { kind: 'token', tokenId },
        }),
    });
  const { data } = shown;
  const pages = Math.max(1, Math.ceil((data?.total ?? 0) / PAGE));
  return (
    <Panel
      title="Counters"
      about={
        data?.source === 'log'
          ? 'As the log knows them, at most a second late: no gateway of this process can be asked.'
          : 'What is used at this moment, the busiest tokens first.'
      }
      padded={false}
      actions={
        <TextInput
          aria-label="Search tokens by name"
          placeholder="Search tokens"
          leftSection={<IconSearch size={15} />}
          value={search}
          maxLength={100}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            setPage(1);
          }}
        />
      }
    >
      {shown.isError ? (
        <ErrorNotice error={shown.error} doing="read the counters" retry={() => void shown.refetch()} />
      ) : (
        <DataTable
          label="Counters"
          flush
          minWidth={560}
          head={
            <>
              <Table.Th>Of</Table.Th>
              <Table.Th ta="right">Last hour</Table.Th>
              <Table.Th ta="right">Burst</Table.Th>
              <Table.Th ta="right">More is free</Table.Th>
              <Table.Th className={rowEnd}>
                <span className="visually-hidden">Actions</span>
              </Table.Th>
            </>
          }
        >
          {data === undefined ? (
            <SkeletonRows columns={5} rows={3} />
          ) : (
            rowsOf(data).map((row) => (
              <Table.Tr key={row.key}>
                <Table.Td>
                  <span className={classes.name} title={row.name}>
                    {row.tokenId === null ? 'The whole instance' : row.name}
                  </span>
                </Table.Td>
                <Table.Td ta="right" className="tabular">
                  {usedOf(row.hour)}
                </Table.Td>
                <Table.Td ta="right" className="tabular">
                  {row.burst === null ? '–' : `${usedOf(row.burst)} in ${count(row.burst.seconds)} s`}
                </Table.Td>
                <Table.Td ta="right" className="tabular">
                  {growsIn(row.hour, data.at)}
                </Table.Td>
                <Table.Td ta="right" className={rowEnd}>
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    disabled={row.hour.used === 0}
                    aria-label={`Reset the counters of ${row.name}`}
                    onClick={() => ask(row)}
                  >
                    Reset
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))
          )}
        </DataTable>
      )}
      {data?.total === 0 && (
        <EmptyState
          icon={IconGauge}
          title={search === '' ? 'Nothing used in the last hour' : 'No such token'}
        >
          {search === ''
            ? 'Tokens appear here with their first request.'
            : 'No token with that in its name was used in the last hour.'}
        </EmptyState>
      )}
      {pages > 1 && (
        <Group justify="flex-end" p="xs">
          <Pagination
            total={pages}
            value={page}
            onChange={setPage}
            size="sm"
            getControlProps={(control) => ({ 'aria-label': `${control} page` })}
          />
        </Group>
      )}
    </Panel>
  );
}

const rowsOf = ({ instance, tokens }: CountersShown): Row[] => [
  { key: 'instance', name: 'the whole instance', tokenId: null, ...instance },
  ...tokens.map((token) => ({ ...token, key: token.tokenId, name: token.tokenName })),
];

const usedOf = ({ used, limit }: Quota): string =>
  limit === null ? `${count(used)}, no limit` : `${count(used)} of ${count(limit)}`;

/** Seen from the gateway's clock, so that it does not jump with ours. */
const growsIn = ({ growsAt }: Quota, at: Date): string =>
  growsAt === null ? '–' : freeAgain(growsAt.getTime() - at.getTime());
