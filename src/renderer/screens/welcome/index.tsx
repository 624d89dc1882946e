import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconArrowRight, IconBuildingStore, IconFilePlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Navigate, useNavigate } from 'react-router';
import { api } from '../../api.ts';
import { paths } from '../../routes/paths.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { count } from '../../ui/format.ts';
import { useView } from '../../view.ts';
import { DemoTraffic } from './demo-traffic.tsx';
import classes from './welcome.module.css';

/** An empty instance: begin with the demo organisation, or with nothing. */
export function WelcomeScreen() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const answer = useView((view) => view.answerWelcome);
  const info = useQuery({ ...api.instance.info.queryOptions(), staleTime: Number.POSITIVE_INFINITY });
  const answerWelcome = () => info.data !== undefined && answer(info.data.id);
  const offered = useQuery(api.demo.offered.queryOptions());
  const create = useMutation(
    api.demo.create.mutationOptions({
      onSuccess: () => {
        answerWelcome();
        void queries.invalidateQueries();
      },
    }),
  );
  const leave = (path: string) => {
    answerWelcome();
    navigate(path);
  };
  if (offered.data === false && create.isIdle) return <Navigate replace to={paths.tokens()} />;
  return (
    <div className={classes.frame}>
      <Stack maw={760} w="100%" gap="lg">
        {create.isSuccess ? (
          <>
            <div>
              <Title order={1}>The demo organisation is ready</Title>
              <Text c="dimmed" mt={4}>
                {count(create.data.tokens)} tokens, {count(create.data.employees)} employees and{' '}
                {count(create.data.shifts)} shifts are in this instance now.
              </Text>
            </div>
            <DemoTraffic />
            <Group>
              <Button rightSection={<IconArrowRight size={15} />} onClick={() => leave(paths.tokens())}>
                Open API Tokens
              </Button>
            </Group>
          </>
        ) : (
          <>
            <div>
              <Title order={1}>Welcome to Gatehouse</Title>
              <Text c="dimmed" mt={4} maw={560}>
                Issue, limit, watch and revoke the API tokens of your Shifts platform. This instance is empty:
                how would you like to begin?
              </Text>
            </div>
            <div className={classes.choices}>
              <Paper withBorder p="lg">
                <Stack gap="xs" h="100%">
                  <IconBuildingStore size={22} stroke={1.5} color="var(--gh-accent-text)" aria-hidden />
                  <Title order={2}>With the demo organisation</Title>
                  <Text c="dimmed" flex={1}>
                    Users, business units, employees, shifts and a few tokens, to see every screen at work.
                    For a look around; use another file for the real thing.
                  </Text>
                  <Button loading={create.isPending} onClick={() => create.mutate(undefined)}>
                    Make the demo organisation
                  </Button>
                </Stack>
              </Paper>
              <Paper withBorder p="lg">
                <Stack gap="xs" h="100%">
                  <IconFilePlus size={22} stroke={1.5} color="var(--gh-accent-text)" aria-hidden />
                  <Title order={2}>Empty</Title>
                  <Text c="dimmed" flex={1}>
                    Add your users and places in Settings first: a token operates under a user account. Then
                    generate the first token.
                  </Text>
                  <Button
                    variant="default"
                    disabled={create.isPending}
                    onClick={() => leave(paths.settings('directory'))}
                  >
                    Start empty
                  </Button>
                </Stack>
              </Paper>
            </div>
            {create.isError && <ErrorNotice error={create.error} doing="make the demo organisation" />}
          </>
        )}
      </Stack>
    </div>
  );
}
