import { ActionIcon, Button, Stack, Table, Tooltip } from '@mantine/core';
import { IconPencil, IconPlus, IconTrash, IconWorldPin } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { IpRule } from '../../../features/ip-rules/contract.ts';
import { api } from '../../api.ts';
import { Copyable } from '../../ui/copyable.tsx';
import { DataTable, RowActions, rowClass } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page, PageHeader, Panel } from '../../ui/page.tsx';
import { SkeletonRows } from '../../ui/skeletons.tsx';
import { Time } from '../../ui/time.tsx';
import classes from './ip-rules.module.css';
import { RemoveRule } from './remove-rule.tsx';
import { RuleModal } from './rule-modal.tsx';
import { RuleTester } from './rule-tester.tsx';
import { TrustedProxies } from './trusted-proxies.tsx';

const COLUMNS = 5;

/** IP Restrictions: the ranges, where each applies, and what they mean for an address. */
export function IpRulesScreen() {
  const rules = useQuery(api.ipRules.list.queryOptions());
  const [query] = useSearchParams();
  const [editing, setEditing] = useState<IpRule | 'new' | null>(null);
  const [removing, setRemoving] = useState<IpRule | null>(null);
  const token = query.get('token');
  const add = (
    <Button leftSection={<IconPlus size={15} />} onClick={() => setEditing('new')}>
      Add IP Range
    </Button>
  );
  return (
    <Page>
      <PageHeader
        title="IP Restrictions"
        about="A token with ranges of its own is judged by those alone; any other token by the ranges for all API access. With neither, any address may call."
        actions={add}
      />
      <div className={classes.columns}>
        {rules.isError ? (
          <ErrorNotice error={rules.error} doing="load the ranges" retry={() => void rules.refetch()} />
        ) : rules.data?.length === 0 ? (
          <Panel>
            <EmptyState icon={IconWorldPin} title="Any address may call" action={add}>
              Add the addresses that your integrations call from. From then on, requests from elsewhere are
              answered 403.
            </EmptyState>
          </Panel>
        ) : (
          <DataTable
            label="IP ranges"
            minWidth={560}
            maxHeight="max(320px, calc(100vh - 216px))"
            head={
              <>
                <Table.Th>Range</Table.Th>
                <Table.Th>Label</Table.Th>
                <Table.Th>Applies to</Table.Th>
                <Table.Th>Added</Table.Th>
                <Table.Th>
                  <span className="visually-hidden">Actions</span>
                </Table.Th>
              </>
            }
          >
            {rules.data === undefined ? (
              <SkeletonRows columns={COLUMNS} rows={5} />
            ) : (
              rules.data.map((rule) => (
                <Table.Tr key={rule.id} className={rowClass()} onClick={() => setEditing(rule)}>
                  <Table.Td>
                    <Copyable value={rule.range} what="range" />
                  </Table.Td>
                  <Table.Td className={classes.label}>{rule.label}</Table.Td>
                  <Table.Td className={classes.label}>
                    <AppliesTo rule={rule} />
                  </Table.Td>
                  <Table.Td>
                    <Time at={rule.createdAt} />
                  </Table.Td>
                  <Table.Td>
                    <RowActions>
                      <Tooltip label={`Change ${rule.range}`}>
                        <ActionIcon aria-label={`Change ${rule.range}`} onClick={() => setEditing(rule)}>
                          <IconPencil size={15} />
                        </ActionIcon>
                      </Tooltip>
                      <Tooltip label={`Remove ${rule.range}`}>
                        <ActionIcon aria-label={`Remove ${rule.range}`} onClick={() => setRemoving(rule)}>
                          <IconTrash size={15} />
                        </ActionIcon>
                      </Tooltip>
                    </RowActions>
                  </Table.Td>
                </Table.Tr>
              ))
            )}
          </DataTable>
        )}
        <Stack>
          <RuleTester tokenId={token} />
          <TrustedProxies />
        </Stack>
      </div>
      <RuleModal rule={editing} tokenId={token} onClose={() => setEditing(null)} />
      <RemoveRule rule={removing} onClose={() => setRemoving(null)} />
    </Page>
  );
}

function AppliesTo({ rule }: { rule: IpRule }) {
  if (rule.tokens === null) return <b>All API access</b>;
  const names = rule.tokens.map((token) => token.name);
  const [first, ...others] = names;
  if (others.length === 0) return first;
  return (
    <Tooltip multiline maw={320} label={names.join(', ')}>
      <span>
        {first} and {others.length} more
      </span>
    </Tooltip>
  );
}
