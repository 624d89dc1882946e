import { Button, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useConnections, useSwitch } from '../../routes/use-connections.ts';
import { ConnectionMark } from '../../ui/connection-mark.tsx';
import { ErrorNotice, notifyError } from '../../ui/error-notice.tsx';
import { DatabaseSignIn } from './database-sign-in.tsx';
import { ServerSignIn } from './server-sign-in.tsx';
import classes from './sign-in.module.css';

/** In the desktop app: the way in to where the current connection leads, or to another connection. */
export function ConnectionSignIn({ onSignedIn }: { onSignedIn: () => void }) {
  const list = useConnections();
  const change = useSwitch((error) => notifyError(error, 'switch to that connection'));
  const current = list.data?.find((connection) => connection.current);
  const others = list.data?.filter((connection) => !connection.current) ?? [];
  return (
    <main className={classes.frame}>
      <Paper withBorder p="xl" maw={560} w="100%">
        {list.isError ? (
          <ErrorNotice error={list.error} doing="read the connections" retry={() => void list.refetch()} />
        ) : current === undefined ? (
          <Skeleton height={96} />
        ) : (
          <Stack>
            <Group gap="xs" wrap="nowrap">
              <ConnectionMark colour={current.colour} />
              <Title order={1}>{current.name}</Title>
            </Group>
            {current.target.kind === 'server' ? (
              <ServerSignIn connection={current} target={current.target} onSignedIn={onSignedIn} />
            ) : current.target.kind === 'database' ? (
              <DatabaseSignIn connection={current} target={current.target} onSignedIn={onSignedIn} />
            ) : (
              <Button variant="default" onClick={() => window.location.reload()}>
                Try again
              </Button>
            )}
            {others.length > 0 && (
              <Stack gap="xs">
                <Text c="dimmed">Or use another connection</Text>
                <Group gap="xs">
                  {others.map(({ id, name, colour }) => (
                    <Button
                      key={id}
                      variant="default"
                      leftSection={<ConnectionMark colour={colour} />}
                      disabled={change.isPending}
                      onClick={() => change.mutate({ id })}
                    >
                      {name}
                    </Button>
                  ))}
                </Group>
              </Stack>
            )}
          </Stack>
        )}
      </Paper>
    </main>
  );
}
