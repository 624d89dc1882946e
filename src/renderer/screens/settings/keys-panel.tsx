import { Button, Table, Text } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api.ts';
import { Copyable } from '../../ui/copyable.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { count } from '../../ui/format.ts';
import { Panel } from '../../ui/page.tsx';
import { SkeletonRows } from '../../ui/skeletons.tsx';
import { useKeyless } from '../../ui/use-keyless.ts';
import { ReplaceKey } from './replace-key.tsx';
import { RetireKey } from './retire-key.tsx';
import type { ShownKey } from './shown-key.ts';

const REFRESH_MS = 10_000;

/** The keys that secrets are hashed with: which is current, and how many secrets hang on each. */
export function KeysPanel() {
  const keyless = useKeyless();
  const keys = useQuery({
    ...api.tokens.keys.show.queryOptions(),
    enabled: keyless === null,
    refetchInterval: REFRESH_MS,
  });
  const [replacing, setReplacing] = useState(false);
  const [retiring, setRetiring] = useState<ShownKey | null>(null);
  const inEnvironment = keys.data?.source === 'environment';
  const isCopy = keys.data?.source === 'memory';
  return (
    <Panel
      title="Keys"
      about="Only a keyed hash of each secret is kept. Replacing the key needs no new secrets."
      padded={false}
      actions={
        <Button
          variant="default"
          leftSection={<IconKey size={15} />}
          disabled={keys.data === undefined || inEnvironment || isCopy}
          onClick={() => setReplacing(true)}
        >
          Replace the key…
        </Button>
      }
    >
      {keyless !== null ? (
        <Text c="dimmed" px="md" py="sm">
          {keyless}
        </Text>
      ) : keys.isError ? (
        <ErrorNotice error={keys.error} doing="read the keys" retry={() => void keys.refetch()} />
      ) : (
        <DataTable
          label="Keys"
          flush
          minWidth={520}
          head={
            <>
              <Table.Th>Key</Table.Th>
              <Table.Th>Use</Table.Th>
              <Table.Th ta="right">Live secrets</Table.Th>
              <Table.Th ta="right">Dead secrets</Table.Th>
              <Table.Th>
                <span className="visually-hidden">Actions</span>
              </Table.Th>
            </>
          }
        >
          {keys.data === undefined ? (
            <SkeletonRows columns={5} rows={1} />
          ) : (
            keys.data.keys.map((key) => (
              <Table.Tr key={key.id}>
                <Table.Td>
                  <Copyable value={key.id} what="key’s id" />
                </Table.Td>
                <Table.Td>{wordOf(key)}</Table.Td>
                <Table.Td ta="right" className="tabular">
                  {count(key.live)}
                </Table.Td>
                <Table.Td ta="right" className="tabular">
                  {count(key.dead)}
                </Table.Td>
                <Table.Td ta="right">
                  {!key.current && !isCopy && (
                    <Button size="compact-sm" variant="default" onClick={() => setRetiring(key)}>
                      Retire…
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))
          )}
        </DataTable>
      )}
      {inEnvironment && (
        <Text c="dimmed" px="md" py="sm">
          The keys come from the environment variable <span className="mono">GATEHOUSE_KEY</span>: put a new
          one before the others there (<span className="mono">gatehouse key generate</span> prints one) and
          start every process anew.
        </Text>
      )}
      {isCopy && (
        <Text c="dimmed" px="md" py="sm">
          This connection has a copy of the keys, in the keychain. Replace and retire them where the key file
          is (<span className="mono">gatehouse key</span>), then edit the connection and give the new ones.
        </Text>
      )}
      <ReplaceKey opened={replacing} onClose={() => setReplacing(false)} />
      <RetireKey shown={retiring} inEnvironment={inEnvironment} onClose={() => setRetiring(null)} />
    </Panel>
  );
}

function wordOf(key: ShownKey) {
  if (key.current) return 'New secrets';
  return key.present ? 'Verifies those that hang on it' : 'Missing: what hangs on it is dead';
}
