import { Button, Group, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, client } from '../../api.ts';
import { useGateway } from '../../routes/use-gateway.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { count } from '../../ui/format.ts';

const REQUESTS = 500;

type State =
  | { kind: 'idle' }
  | { kind: 'sending'; sent: number; of: number }
  | { kind: 'done'; sent: number }
  | { kind: 'failed'; error: unknown };

/** Real requests through the running gateway, so that usage and logs have something to show. */
export function DemoTraffic() {
  const queries = useQueryClient();
  const { status, start } = useGateway();
  const [state, setState] = useState<State>({ kind: 'idle' });
  const stop = useRef(new AbortController());
  useEffect(() => {
    stop.current = new AbortController();
    return () => stop.current.abort();
  }, []);
  const send = async () => {
    const { signal } = stop.current;
    setState({ kind: 'sending', sent: 0, of: REQUESTS });
    try {
      let sent = 0;
      for await (const progress of await client.demo.traffic({ requests: REQUESTS }, { signal })) {
        sent = progress.sent;
        setState({ kind: 'sending', ...progress });
      }
      setState({ kind: 'done', sent });
      for (const key of [api.usage.key(), api.logs.key(), api.tokens.key()]) {
        void queries.invalidateQueries({ queryKey: key });
      }
    } catch (error) {
      if (!signal.aborted) setState({ kind: 'failed', error });
    }
  };
  const running = status.data !== undefined && status.data.state !== 'stopped';
  const sending = state.kind === 'sending';
  const percent = sending ? (100 * state.sent) / state.of : state.kind === 'done' ? 100 : 0;
  return (
    <Paper withBorder p="lg">
      <Stack gap="xs">
        <Title order={2}>Send some traffic through it?</Title>
        <Text c="dimmed">
          {count(REQUESTS)} real requests with the demo tokens, allowed and refused ones, so that Usage
          Analytics and API Logs have something to show. It takes a few seconds.
        </Text>
        <Group>
          {running ? (
            <Button
              variant={state.kind === 'done' ? 'default' : 'filled'}
              leftSection={<IconPlayerPlay size={15} />}
              disabled={sending}
              onClick={() => void send()}
            >
              {state.kind === 'done' ? 'Send more' : 'Send demo traffic'}
            </Button>
          ) : (
            <Button
              variant="default"
              leftSection={<IconPlayerPlay size={15} />}
              loading={start.isPending}
              onClick={() => start.mutate({})}
            >
              Start the gateway first
            </Button>
          )}
          <Text c="dimmed" className="tabular" role="status">
            {sending && `${count(state.sent)} of ${count(state.of)} sent`}
            {state.kind === 'done' && `${count(state.sent)} requests sent`}
          </Text>
        </Group>
        <Progress value={percent} aria-label="Demo traffic sent" size="sm" />
        {state.kind === 'failed' && <ErrorNotice error={state.error} doing="send the demo traffic" />}
      </Stack>
    </Paper>
  );
}
