import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Finding } from '../../../../features/tokens/contract.ts';
import { api, client } from '../../../api.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { shortName } from '../../../ui/format.ts';
import { useLast } from '../../../ui/use-last.ts';
import { useSubmit } from '../../../ui/use-submit.ts';
import { RehearseRemedy } from '../../rehearsal/rehearse-tokens.tsx';
import { ChangeList } from '../changes/change-list.tsx';
import { type Change, changeOf, changesOf } from '../changes/changes.ts';
import { RevokeTokens } from '../revoke-tokens.tsx';
import { findingWords } from './finding-words.ts';

/** What the remedy of a finding changes, and then doing it. Revoking has its own confirmation. */
export function ApplyRemedy({ finding, onClose }: { finding: Finding | null; onClose: () => void }) {
  const revoking = finding?.remedy.kind === 'revoke';
  const open = finding !== null && !revoking;
  const shown = useLast(open ? finding : null);
  return (
    <>
      <Modal
        opened={open}
        onClose={onClose}
        title={shown === null ? '' : findingWords[shown.code].word}
        size={560}
      >
        {shown !== null && <Confirmation finding={shown} onClose={onClose} />}
      </Modal>
      <RevokeTokens tokens={revoking ? [finding.token] : []} onClose={onClose} />
    </>
  );
}

function Confirmation({ finding, onClose }: { finding: Finding; onClose: () => void }) {
  const queries = useQueryClient();
  const { token, code } = finding;
  const apply = useMutation({
    mutationFn: () => applyRemedy(finding),
    onSuccess: () => {
      notifications.show({ title: `${token.name} is changed`, message: 'It is in force from now on.' });
      onClose();
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: api.tokens.key() }),
        queries.invalidateQueries({ queryKey: api.ipRules.key() }),
      ]),
  });
  const onApply = useSubmit({
    pending: apply.isPending || apply.isSuccess,
    submit: () => apply.mutate(),
  });
  return (
    <Stack>
      <Text>
        <b>{token.name}</b>: {findingWords[code].why} This would change:
      </Text>
      <ChangeList changes={diffOf(finding)} />
      {consequence(finding) !== null && <Text c="dimmed">{consequence(finding)}</Text>}
      {apply.isError && <ErrorNotice error={apply.error} doing="apply the remedy" />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Leave it
        </Button>
        <RehearseRemedy finding={finding} />
        <Button data-autofocus loading={apply.isPending} onClick={onApply}>
          {applyWords(finding)}
        </Button>
      </Group>
    </Stack>
  );
}

async function applyRemedy({ token, remedy }: Finding): Promise<void> {
  switch (remedy.kind) {
    case 'setExpiry':
      await client.tokens.update({ id: token.id, expiresAt: remedy.expiresAt });
      return;
    case 'narrowScope':
      await client.tokens.update({ id: token.id, scope: 'limited', endpoints: remedy.endpoints });
      return;
    case 'switchOff':
      await client.tokens.setActive({ id: token.id, active: false });
      return;
    case 'revoke':
      await client.tokens.revoke({ id: token.id });
      return;
    case 'addRanges':
      await client.ipRules.addAll({
        rules: remedy.ranges.map((range) => ({ range, label: 'Seen in its log', tokenIds: [token.id] })),
      });
  }
}

function diffOf({ token, remedy }: Finding): Change[] {
  const ofToken = (after: Parameters<typeof changesOf>[1]) => changesOf(token, after, (id) => id);
  switch (remedy.kind) {
    case 'setExpiry':
      return ofToken({ expiresAt: remedy.expiresAt });
    case 'narrowScope':
      return ofToken({ scope: 'limited', endpoints: remedy.endpoints });
    case 'addRanges':
      return [changeOf('IP ranges', ['none: any address'], remedy.ranges)].filter((one) => one !== null);
    case 'switchOff':
    case 'revoke':
      return [changeOf('Status', ['Active'], [remedy.kind === 'revoke' ? 'Revoked' : 'Inactive'])].filter(
        (one) => one !== null,
      );
  }
}

function consequence({ remedy }: Finding): string | null {
  switch (remedy.kind) {
    case 'narrowScope':
      return 'From the requests that the roll-ups still have. What it needs less often than that is refused afterwards, with 403.';
    case 'addRanges':
      return 'From the addresses of the last 30 days. Requests from any other are refused afterwards, with 403.';
    case 'switchOff':
      return 'Its requests are refused, with 401, until it is switched on again.';
    case 'setExpiry':
    case 'revoke':
      return null;
  }
}

function applyWords({ token, remedy }: Finding): string {
  switch (remedy.kind) {
    case 'setExpiry':
      return 'Set the expiry';
    case 'narrowScope':
      return 'Narrow the scope';
    case 'addRanges':
      return 'Add the ranges';
    case 'switchOff':
      return `Switch off ${shortName(token.name)}`;
    case 'revoke':
      return `Revoke ${shortName(token.name)}`;
  }
}
