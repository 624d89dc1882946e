import { Button, Group, Modal, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { MINUTE } from '../../../base/clock.ts';
import type { Limit, LimitsShown } from '../../../features/limits/contract.ts';
import { api } from '../../api.ts';
import { DataTable, rowEnd } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice, notifyError } from '../../ui/error-notice.tsx';
import { count, counted } from '../../ui/format.ts';
import { Panel } from '../../ui/page.tsx';
import { TokenSelect } from '../../ui/token-select.tsx';
import { limitRehearsed } from '../rehearsal/rehearsed.ts';
import { ConfirmLimit, type LimitQuestion } from './confirm-limit.tsx';
import { LimitForm } from './limit-form.tsx';
import { limitInWords } from './limit-words.ts';
import classes from './limits.module.css';
import { useLimits } from './use-limits.ts';

type Target = { kind: 'default' } | { kind: 'instance' } | { kind: 'token'; tokenId: string };

interface Trial {
  key: string;
  name: string;
  target: Target;
  limit: Limit;
}

/** Limits that are counted beside those in force: what each would have refused, Adopt, End. */
export function Trials({ limits }: { limits: LimitsShown }) {
  const [adding, setAdding] = useState(false);
  const { clear, adopt } = useLimits();
  const trials = trialsOf(limits);
  const [question, setQuestion] = useState<LimitQuestion | null>(null);
  const enforce = ({ target, name, limit }: Pick<Trial, 'target' | 'name' | 'limit'>) =>
    setQuestion({
      title: 'Enforce the limit on trial?',
      meaning: `${limitInWords(limit)}, for ${name}: in force for the next request, and its trial ends.`,
      confirm: 'Enforce it',
      keep: 'Keep the trial',
      grave: false,
      rehearsed: limitRehearsed(target, limit),
      act: () =>
        adopt.mutate(
          { target },
          {
            onError: (error) => notifyError(error, 'adopt the limit'),
            onSettled: () => setQuestion(null),
          },
        ),
    });
  const refused = useQuery({
    ...api.limits.refusedByTrials.queryOptions(),
    enabled: trials.length > 0,
    refetchInterval: MINUTE / 6,
  });
  const tokens = refused.data?.tokens ?? [];
  return (
    <Panel
      title="On trial"
      about="Counted and reported, never enforced: see what a limit would refuse before it does."
      padded={false}
      actions={
        <Button variant="default" leftSection={<IconFlask size={15} />} onClick={() => setAdding(true)}>
          Try a limit
        </Button>
      }
    >
      {trials.length === 0 ? (
        <EmptyState icon={IconFlask} title="No limit is on trial">
          Try a limit beside the one in force; clients notice nothing.
        </EmptyState>
      ) : (
        <DataTable
          label="Limits on trial"
          flush
          minWidth={480}
          head={
            <>
              <Table.Th>For</Table.Th>
              <Table.Th>Limit</Table.Th>
              <Table.Th className={rowEnd}>
                <span className="visually-hidden">Actions</span>
              </Table.Th>
            </>
          }
        >
          {trials.map(({ key, name, target, limit }) => (
            <Table.Tr key={key}>
              <Table.Td>
                <span className={classes.name} title={name}>
                  {named(target, name)}
                </span>
              </Table.Td>
              <Table.Td className="tabular" style={{ whiteSpace: 'normal' }}>
                {limitInWords(limit)}
              </Table.Td>
              <Table.Td className={rowEnd}>
                <Group gap={2} justify="flex-end" wrap="nowrap">
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    aria-label={`Enforce the limit on trial for ${name}`}
                    onClick={() => enforce({ target, name, limit })}
                  >
                    Enforce
                  </Button>
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    aria-label={`End the trial for ${name}`}
                    onClick={() =>
                      clear.mutate(
                        { target, trial: true },
                        { onError: (error) => notifyError(error, 'end the trial') },
                      )
                    }
                  >
                    End
                  </Button>
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </DataTable>
      )}
      {trials.length > 0 && (
        <Stack gap={4} p="md">
          <Text role="status">
            {refused.data === undefined
              ? 'Counting…'
              : `Trials would have refused ${counted(refused.data.total, 'request')} in the last 24 h.`}
          </Text>
          {tokens.slice(0, 10).map(({ tokenId, tokenName, byToken, byInstance }) => (
            <Text key={tokenId} c="dimmed" className="tabular" style={{ overflowWrap: 'anywhere' }}>
              {tokenName}: would have refused {counted(byToken + byInstance, 'request')}
              {byInstance > 0 && `, ${count(byInstance)} of them by the ceiling on trial`}
            </Text>
          ))}
          {tokens.length > 10 && <Text c="dimmed">and {counted(tokens.length - 10, 'more token')}</Text>}
        </Stack>
      )}
      <ConfirmLimit question={question} pending={adopt.isPending} onClose={() => setQuestion(null)} />
      <Modal opened={adding} onClose={() => setAdding(false)} title="Try a limit" size={690}>
        <TrialForm limits={limits} onDone={() => setAdding(false)} />
      </Modal>
    </Panel>
  );
}

function TrialForm({ limits, onDone }: { limits: LimitsShown; onDone: () => void }) {
  const [kind, setKind] = useState<Target['kind']>('default');
  const [tokenId, setTokenId] = useState<string | null>(null);
  const { set } = useLimits(onDone);
  const target: Target | null = kind !== 'token' ? { kind } : tokenId === null ? null : { kind, tokenId };
  const known = target === null ? undefined : trialsOf(limits).find(({ key }) => key === keyOf(target));
  return (
    <Stack>
      <Group>
        <SegmentedControl
          aria-label="What the limit is for"
          value={kind}
          onChange={(chosen) => setKind(chosen as Target['kind'])}
          data={[
            { value: 'default', label: 'Every token' },
            { value: 'token', label: 'One token' },
            { value: 'instance', label: 'The whole instance' },
          ]}
        />
      </Group>
      {kind === 'token' && (
        <TokenSelect label="Token" placeholder="Select a token" value={tokenId} onChange={setTokenId} />
      )}
      {target !== null && (
        <LimitForm
          key={keyOf(target)}
          limit={known?.limit ?? inForce(limits, target)}
          target={target}
          isNew={known === undefined}
          saving={set.isPending}
          error={set.error !== null && <ErrorNotice error={set.error} doing="start the trial" />}
          onSave={(limit) => set.mutate({ target, limit, trial: true })}
          onCancel={onDone}
        />
      )}
    </Stack>
  );
}

/** As a cell begins; a token's name stays as it is. */
const named = ({ kind }: Target, name: string): string =>
  kind === 'token' ? name : name.charAt(0).toUpperCase() + name.slice(1);

const keyOf = (target: Target): string => (target.kind === 'token' ? target.tokenId : target.kind);

const inForce = (limits: LimitsShown, target: Target): Limit =>
  (target.kind === 'instance'
    ? limits.instance
    : limits.tokens.find((own) => own.tokenId === keyOf(target))?.limit) ?? limits.default;

function trialsOf({ trials }: LimitsShown): Trial[] {
  const one = (target: Target, name: string, limit: Limit | null): Trial[] =>
    limit === null ? [] : [{ key: keyOf(target), name, target, limit }];
  return [
    ...one({ kind: 'default' }, 'every token without a limit of its own', trials.default),
    ...one({ kind: 'instance' }, 'the whole instance', trials.instance),
    ...trials.tokens.flatMap(({ tokenId, tokenName, limit }) =>
      one({ kind: 'token', tokenId }, tokenName, limit),
    ),
  ];
}
