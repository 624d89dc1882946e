import { Button, Group, Modal, Skeleton, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { IpRule } from '../../../features/ip-rules/contract.ts';
import { api } from '../../api.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useSubmit } from '../../ui/use-submit.ts';
import { RehearseButton } from '../rehearsal/rehearse-button.tsx';
import { rangeRemovalRehearsed } from '../rehearsal/rehearsed.ts';
import { CutOffWarning } from './cut-off-warning.tsx';

/** Removing a range, with what it means for clients that were seen lately. */
export function RemoveRule({ rule, onClose }: { rule: IpRule | null; onClose: () => void }) {
  return (
    <Modal opened={rule !== null} onClose={onClose} title={`Remove ${rule?.range ?? ''}?`} size={480}>
      {rule !== null && <Confirmation rule={rule} onClose={onClose} />}
    </Modal>
  );
}

function Confirmation({ rule, onClose }: { rule: IpRule; onClose: () => void }) {
  const queries = useQueryClient();
  const impact = useQuery(api.ipRules.impact.queryOptions({ input: { id: rule.id, remove: true } }));
  const remove = useMutation(
    api.ipRules.remove.mutationOptions({
      onSuccess: () => {
        notifications.show({ title: `${rule.range} is removed`, message: 'In force for the next request.' });
        onClose();
      },
      onSettled: () => queries.invalidateQueries({ queryKey: api.ipRules.key() }),
    }),
  );
  const onRemove = useSubmit({
    pending: remove.isPending,
    submit: () => remove.mutate({ id: rule.id }),
  });
  return (
    <Stack>
      {impact.isPending ? (
        <Skeleton height={40} />
      ) : (
        <CutOffWarning cutOff={impact.data} error={impact.error} />
      )}
      {impact.data?.length === 0 && <Text>No client seen in the last 7 days is cut off by this.</Text>}
      <Text c="dimmed">
        {rule.tokens === null
          ? 'If this is the last range for all API access, tokens without ranges of their own may be used from any address.'
          : 'A token that has no other range of its own is judged by the ranges for all API access again.'}
      </Text>
      {remove.isError && <ErrorNotice error={remove.error} doing="remove the range" />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          Keep it
        </Button>
        <RehearseButton rehearsed={rangeRemovalRehearsed(rule)} />
        <Button color="red" loading={remove.isPending} onClick={onRemove}>
          Remove {rule.range}
        </Button>
      </Group>
    </Stack>
  );
}
