import {
  Autocomplete,
  Button,
  Group,
  Input,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { IconTestPipe } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Explanation } from '../../../gateway/contract.ts';
import { api } from '../../api.ts';
import type { CredentialKind, TestRequest } from '../../routes/use-test-request.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useSubmit } from '../../ui/use-submit.ts';
import { useTokenSearch } from '../../ui/use-token-search.ts';
import { OwnAddress } from '../ip-rules/own-address.tsx';
import { Answer } from './answer.tsx';
import { type Draft, missing, questionOf, refusedFields } from './draft.ts';
import classes from './test-request.module.css';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** More are found by typing. */
const OFFERED_PATHS = 30;

const kinds: { value: CredentialKind; label: string }[] = [
  { value: 'token', label: 'A token' },
  { value: 'secret', label: 'A pasted secret' },
  { value: 'none', label: 'None' },
];

/** The paths that the catalogue has for a method; all of them where it has none. */
function usePaths(method: string): string[] {
  const catalogue = useQuery({ ...api.endpoints.list.queryOptions(), staleTime: Number.POSITIVE_INFINITY });
  const all = catalogue.data ?? [];
  const own = all.filter((endpoint) => endpoint.method === method);
  return [...new Set((own.length === 0 ? all : own).map(({ path }) => path))];
}

/** What would the gateway decide of a request? Its own judge answers; nothing is sent, charged or logged. */
export function TestRequestForm({ first }: { first: TestRequest }) {
  const own = useQuery({ ...api.gateway.ownAddress.queryOptions(), retry: false });
  const [typed, setTyped] = useState({
    kind: first.credential,
    tokenId: first.token,
    secret: '',
    address: first.address,
    method: first.method ?? 'GET',
    path: first.path ?? '',
  });
  const draft: Draft = { ...typed, address: typed.address ?? own.data?.address ?? '' };
  const [tried, setTried] = useState(false);
  const [shown, setShown] = useState<{ answer: Explanation; at: Date } | null>(null);
  // Out of the mutation cache at once: a pasted secret is to be held by nothing but its field.
  const test = useMutation(api.gateway.explain.mutationOptions({ gcTime: 0 }));
  const [suggesting, setSuggesting] = useState(false);
  const search = useTokenSearch(draft.tokenId);
  const paths = usePaths(draft.method);
  const set = (change: Partial<Draft>) => {
    setTyped((now) => ({ ...now, ...change }));
    setShown(null);
    test.reset();
  };
  const lacking = missing(draft);
  const refused = test.isError ? refusedFields(test.error, draft.kind) : {};
  const problems = { ...refused, ...(tried && lacking) };
  const onSubmit = useSubmit({
    pending: test.isPending,
    ready: Object.keys(lacking).length === 0,
    submit: () =>
      test.mutate(questionOf(draft), {
        onSuccess: (answer) => setShown({ answer, at: new Date() }),
        onError: () => setShown(null),
      }),
  });
  return (
    <div className={classes.columns}>
      <form
        noValidate
        autoComplete="off"
        onSubmit={(event) => {
          setTried(true);
          setSuggesting(false);
          onSubmit(event);
        }}
      >
        <Stack gap="sm">
          <Text c="dimmed">
            Judged as the gateway would judge it now. Nothing is sent, charged or logged.
          </Text>
          <Input.Wrapper label="Credential" labelElement="div" id="test-credential">
            <SegmentedControl
              fullWidth
              aria-labelledby="test-credential-label"
              data={kinds}
              value={draft.kind}
              onChange={(kind) => set({ kind: kind as CredentialKind, secret: '' })}
            />
          </Input.Wrapper>
          {draft.kind === 'token' && (
            <Select
              {...search}
              label="Token"
              placeholder="Search by name, user or prefix"
              description="Its newest secret is taken to be sent."
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              allowDeselect={false}
              error={problems.token}
              onChange={(tokenId) => set({ tokenId })}
            />
          )}
          {draft.kind === 'secret' && (
            <TextInput
              label="Secret"
              type="password"
              placeholder="shf_…"
              description="Kept by nothing: gone when this is closed."
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              autoComplete="off"
              spellCheck={false}
              maxLength={500}
              classNames={{ input: 'mono' }}
              value={draft.secret}
              error={problems.secret}
              onChange={(event) => set({ secret: event.currentTarget.value })}
            />
          )}
          <div>
            <TextInput
              label="Address"
              placeholder="203.0.113.7"
              maxLength={64}
              spellCheck={false}
              classNames={{ input: 'mono' }}
              mb={4}
              value={draft.address}
              error={problems.address}
              onChange={(event) => set({ address: event.currentTarget.value })}
            />
            <OwnAddress onPick={(address) => set({ address })} />
          </div>
          <div className={classes.request}>
            <Select
              label="Method"
              data={METHODS.includes(draft.method) ? METHODS : [draft.method, ...METHODS]}
              allowDeselect={false}
              value={draft.method}
              error={problems.method}
              onChange={(method) => method !== null && set({ method })}
            />
            <Autocomplete
              label="Path"
              placeholder="/v1/shifts"
              maxLength={2_000}
              spellCheck={false}
              data-autofocus
              // The form is not to open under its list.
              openOnFocus={false}
              dropdownOpened={suggesting}
              onDropdownOpen={() => setSuggesting(true)}
              onDropdownClose={() => setSuggesting(false)}
              classNames={{ input: 'mono', option: 'mono' }}
              data={paths}
              limit={OFFERED_PATHS}
              comboboxProps={{ width: 340, position: 'bottom-end' }}
              value={draft.path}
              error={problems.path}
              onChange={(path) => set({ path })}
            />
          </div>
          <Group justify="flex-end">
            <Button type="submit" leftSection={<IconTestPipe size={15} />} loading={test.isPending}>
              {shown === null ? 'Test' : 'Test again'}
            </Button>
          </Group>
        </Stack>
      </form>
      <section className={classes.answer} aria-label="Answer" aria-busy={test.isPending}>
        {test.isError && Object.keys(refused).length === 0 ? (
          <ErrorNotice error={test.error} doing="test the request" />
        ) : shown === null ? (
          <span className="dimmed">
            The verdict appears here, with each check in the order in which the gateway makes it.
          </span>
        ) : (
          <Answer answer={shown.answer} at={shown.at} />
        )}
      </section>
    </div>
  );
}
