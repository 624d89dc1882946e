import { ActionIcon, Button, Modal, Table, Tooltip } from '@mantine/core';
import { IconGauge, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import type { LimitsShown } from '../../../features/limits/contract.ts';
import { paths } from '../../routes/paths.ts';
import { DataTable, NameButton, RowActions, rowClass } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { notifyError } from '../../ui/error-notice.tsx';
import { count } from '../../ui/format.ts';
import { Panel } from '../../ui/page.tsx';
import { SkeletonRows } from '../../ui/skeletons.tsx';
import { ownLimitRemovalRehearsed } from '../rehearsal/rehearsed.ts';
import { ConfirmLimit, type LimitQuestion } from './confirm-limit.tsx';
import { limitInWords } from './limit-words.ts';
import { OverrideForm } from './override-form.tsx';
import { useLimits } from './use-limits.ts';

interface OverridesProps {
  limits: LimitsShown | undefined;
  /** The token whose limit is being edited, from the route. */
  editing: string | null;
  onEdit: (tokenId: string | null) => void;
}

/** Token-specific limits. */
export function Overrides({ limits, editing, onEdit }: OverridesProps) {
  const [adding, setAdding] = useState(false);
  const [question, setQuestion] = useState<LimitQuestion | null>(null);
  const { clear } = useLimits();
  const remove = (tokenId: string, name: string) =>
    setQuestion({
      title: `Remove the limit of ${name}?`,
      meaning: `The default applies to it afterwards${limits === undefined ? '' : `: ${limitInWords(limits.default)}`}.`,
      confirm: 'Remove its limit',
      keep: 'Keep it',
      grave: true,
      rehearsed: ownLimitRemovalRehearsed(tokenId, name),
      act: () =>
        clear.mutate(
          { target: { kind: 'token', tokenId } },
          {
            onError: (error) => notifyError(error, 'remove the limit'),
            onSettled: () => setQuestion(null),
          },
        ),
    });
  const close = () => {
    setAdding(false);
    onEdit(null);
  };
  const add = (
    <Button variant="default" leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>
      Set a token’s limit
    </Button>
  );
  return (
    <Panel
      title="Token-specific limits"
      about="Replace the default for one token, upwards or downwards."
      actions={add}
      padded={false}
    >
      {limits?.tokens.length === 0 ? (
        <EmptyState icon={IconGauge} title="Every token has the default">
          Give a token its own limit where an integration needs more, or where one should have less.
        </EmptyState>
      ) : (
        <DataTable
          label="Token-specific limits"
          flush
          minWidth={480}
          head={
            <>
              <Table.Th>Token</Table.Th>
              <Table.Th ta="right">Requests per hour</Table.Th>
              <Table.Th ta="right">Burst rate</Table.Th>
              <Table.Th>
                <span className="visually-hidden">Actions</span>
              </Table.Th>
            </>
          }
        >
          {limits === undefined ? (
            <SkeletonRows columns={4} rows={3} />
          ) : (
            limits.tokens.map(({ tokenId, tokenName, limit }) => (
              <Table.Tr
                key={tokenId}
                className={rowClass(editing === tokenId)}
                onClick={() => onEdit(tokenId)}
              >
                <Table.Td>
                  <NameButton onClick={() => onEdit(tokenId)}>{tokenName}</NameButton>
                </Table.Td>
                <Table.Td ta="right" className="tabular">
                  {count(limit.requestsPerHour)}
                </Table.Td>
                <Table.Td ta="right" className="tabular">
                  {count(limit.burst.requests)} in {count(limit.burst.seconds)} s
                </Table.Td>
                <Table.Td>
                  <RowActions>
                    <Tooltip label={`Change the limit of ${tokenName}`}>
                      <ActionIcon
                        aria-label={`Change the limit of ${tokenName}`}
                        onClick={() => onEdit(tokenId)}
                      >
                        <IconPencil size={15} />
                      </ActionIcon>
                    </Tooltip>
                    <Tooltip label={`Remove the limit of ${tokenName}`}>
                      <ActionIcon
                        aria-label={`Remove the limit of ${tokenName}`}
                        onClick={() => remove(tokenId, tokenName)}
                      >
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
      <ConfirmLimit question={question} pending={clear.isPending} onClose={() => setQuestion(null)} />
      <Modal
        opened={limits !== undefined && (adding || editing !== null)}
        onClose={close}
        title="A token’s own limit"
        size={690}
      >
        {limits !== undefined && <OverrideForm limits={limits} tokenId={editing} onDone={close} />}
        {editing !== null && <Link to={paths.tokens({ token: editing })}>Open the token</Link>}
      </Modal>
    </Panel>
  );
}
