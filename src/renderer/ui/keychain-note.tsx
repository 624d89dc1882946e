import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { api } from '../api.ts';

/** Says, where the system has no keychain, that what is secret is kept for this run only. @param what then follows */
export function KeychainNote({ what }: { what: string }) {
  const keychain = useQuery(api.connections.keychain.queryOptions());
  if (!keychain.data?.forThisRunOnly) return null;
  return (
    <Alert color="yellow" variant="light" icon={<IconAlertTriangle size={18} />} title="For this run only">
      <Text c="var(--mantine-color-text)">
        The system’s keychain cannot be used, so {what} after the next start. Nothing is written to a file. (
        {keychain.data.forThisRunOnly})
      </Text>
    </Alert>
  );
}
