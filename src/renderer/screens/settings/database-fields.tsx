import { Alert, Button, Group, NumberInput, Select, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconFile } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { readDatabaseUrl, TLS_MODES, type TlsMode } from '../../../base/database-url.ts';
import { isLoopback } from '../../../base/loopback.ts';
import type { GivenSecrets, ShownConnection, Target } from '../../../main/connections/contract.ts';
import { api } from '../../api.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { KeychainNote } from '../../ui/keychain-note.tsx';
import { SecretField } from './secret-field.tsx';

type Database = Extract<Target, { kind: 'database' }>;

/** What is typed: it becomes what is to be kept when it is sent. */
export interface TypedSecrets {
  readonly password: string | null | undefined;
  readonly key: string | null | undefined;
  /** A key file that was picked, in place of a key that is typed. */
  readonly keyFile: string | null;
}
export const NOTHING_TYPED: TypedSecrets = { password: undefined, key: undefined, keyFile: null };

export function givenSecrets({ password, key, keyFile }: TypedSecrets): GivenSecrets {
  return {
    // A field that was left empty says nothing.
    ...(password === undefined || password === '' ? {} : { password }),
    ...(keyFile !== null
      ? { key: { from: 'file', path: keyFile } }
      : key === undefined || key === ''
        ? {}
        : { key: key === null ? null : { from: 'text', text: key } }),
  };
}

interface DatabaseFieldsProps {
  target: Database;
  /** Of one that is there already: where it leads stays. */
  connection: ShownConnection | null;
  secrets: TypedSecrets;
  onChange: (target: Database) => void;
  onSecrets: (secrets: TypedSecrets) => void;
}

const words: Record<TlsMode, string> = {
  off: 'Off',
  required: 'Required, whoever the server is',
  verified: 'Verified: this computer trusts its certificate',
};

/** A Postgres database, the way in to it, and the account of the instance there. */
export function DatabaseFields({ target, connection, secrets, onChange, onSecrets }: DatabaseFieldsProps) {
  const fixed = connection !== null;
  // The secrets are not kept with what was asked.
  const test = useMutation(api.connections.test.mutationOptions({ gcTime: 0 }));
  const choose = useMutation(
    api.connections.chooseKeyFile.mutationOptions({
      onSuccess: (path) => {
        if (path === null) return;
        test.reset();
        onSecrets({ ...secrets, key: undefined, keyFile: path });
      },
    }),
  );
  const [complaint, setComplaint] = useState<string | null>(null);
  const set = (parts: Partial<Database>) => {
    onChange({ ...target, ...parts });
    test.reset();
  };
  const give = (parts: Partial<TypedSecrets>) => {
    onSecrets({ ...secrets, ...parts });
    test.reset();
  };
  /** A whole URL in the place of the host is taken apart. */
  const setHost = (text: string) => {
    setComplaint(null);
    if (!/^\s*postgres(ql)?:\/\/./i.test(text)) return set({ host: text });
    const read = readDatabaseUrl(text);
    if (!read.ok) {
      setComplaint(`That URL cannot be used: ${read.detail}.`);
      return set({ host: text });
    }
    set(read.parts);
    if (read.password !== null) give({ password: read.password });
  };
  const unsafe = target.tls !== 'verified' && target.host !== '' && !isLoopback(target.host);
  return (
    <>
      {fixed && <Text c="dimmed">Where a connection leads stays. Another place is another connection.</Text>}
      <Group gap="xs" align="flex-start" wrap="nowrap">
        <TextInput
          label="Host"
          description={fixed ? undefined : 'A whole postgres:// URL is taken apart.'}
          flex={1}
          required
          disabled={fixed}
          spellCheck={false}
          classNames={{ input: 'mono' }}
          error={complaint}
          value={target.host}
          onChange={(event) => set({ host: event.currentTarget.value })}
          onPaste={(event) => {
            const pasted = event.clipboardData.getData('text');
            if (!/^\s*postgres(ql)?:\/\//i.test(pasted)) return;
            event.preventDefault();
            setHost(pasted);
          }}
          onBlur={() => setHost(target.host)}
        />
        <NumberInput
          label="Port"
          description={fixed ? undefined : '5432 as a rule'}
          w={110}
          required
          disabled={fixed}
          min={1}
          max={65_535}
          allowDecimal={false}
          hideControls
          value={target.port}
          onChange={(typed) => set({ port: typeof typed === 'number' ? typed : 0 })}
        />
      </Group>
      <Group gap="xs" align="flex-start" grow>
        <TextInput
          label="Database"
          required
          disabled={fixed}
          spellCheck={false}
          maxLength={63}
          classNames={{ input: 'mono' }}
          value={target.database}
          onChange={(event) => set({ database: event.currentTarget.value })}
        />
        <TextInput
          label="Database user"
          required
          disabled={fixed}
          autoCapitalize="none"
          spellCheck={false}
          maxLength={63}
          classNames={{ input: 'mono' }}
          value={target.user}
          onChange={(event) => set({ user: event.currentTarget.value })}
        />
      </Group>
      <SecretField
        label="Database password"
        description="Kept in the system’s keychain, and nowhere else."
        kept={connection?.keeps?.password ?? false}
        value={secrets.password}
        onChange={(password) => give({ password })}
      />
      <Select
        label="TLS"
        allowDeselect={false}
        disabled={fixed}
        data={TLS_MODES.map((value) => ({ value, label: words[value] }))}
        value={target.tls}
        onChange={(value) => set({ tls: TLS_MODES.find((known) => known === value) ?? target.tls })}
      />
      {unsafe && !fixed && (
        <Text c="dimmed" fz="xs" role="status">
          {target.tls === 'off'
            ? 'Everything goes over the network in plain text, what admins type included.'
            : 'It is encrypted, but another server could answer in its place.'}
        </Text>
      )}
      <TextInput
        label="Admin account"
        description="Of the instance; you sign in with its password when you switch to the connection."
        required
        disabled={fixed}
        autoCapitalize="none"
        spellCheck={false}
        maxLength={64}
        value={target.account}
        onChange={(event) => set({ account: event.currentTarget.value })}
      />
      {secrets.keyFile === null ? (
        <SecretField
          label="Key of the instance"
          description="Optional. Without it no token can be generated or rotated from here. It is kept in the keychain, too."
          placeholder="ghk1_…"
          kept={connection?.keeps?.key ?? false}
          value={secrets.key}
          onChange={(key) => give({ key })}
        >
          <Button variant="default" size="compact-sm" onClick={() => choose.mutate(undefined)}>
            Read it from a key file…
          </Button>
        </SecretField>
      ) : (
        <div>
          <Text fw={500} fz="sm">
            Key of the instance
          </Text>
          <Group gap="xs" mt={6} wrap="nowrap">
            <IconFile size={15} aria-hidden />
            <span className="mono" style={{ overflowWrap: 'anywhere' }}>
              {secrets.keyFile}
            </span>
            <Button
              variant="default"
              size="compact-sm"
              style={{ flexShrink: 0 }}
              onClick={() => give({ keyFile: null })}
            >
              Not this one
            </Button>
          </Group>
        </div>
      )}
      {choose.isError && <ErrorNotice error={choose.error} doing="choose a key file" />}
      <KeychainNote what="the password and the key will have to be given again" />
      <Group gap="xs">
        <Button
          variant="default"
          disabled={!isWholeDatabase(target)}
          loading={test.isPending}
          onClick={() =>
            test.mutate({
              target,
              secrets: givenSecrets(secrets),
              ...(connection === null ? {} : { id: connection.id }),
            })
          }
        >
          Test
        </Button>
      </Group>
      {test.isError && <ErrorNotice error={test.error} doing="open the database" />}
      {test.data?.hasAccounts === true && (
        <Alert color="teal" variant="light" icon={<IconCircleCheck size={18} />} role="status">
          There is an instance, and one can sign in to it.
        </Alert>
      )}
      {test.data?.hasAccounts === false && (
        <Alert color="yellow" variant="light" icon={<IconAlertTriangle size={18} />} role="status">
          <Text c="var(--mantine-color-text)">
            {test.data.isNew
              ? 'The database answers, but there is no instance in it yet.'
              : 'There is an instance, but it has no admin account yet.'}{' '}
            An owner must be made first, on the command line:{' '}
            <span className="mono">gatehouse admin add NAME --role owner --db postgres://…</span>
          </Text>
        </Alert>
      )}
    </>
  );
}

export const isWholeDatabase = ({ host, port, database, user, account }: Database) =>
  [host, database, user, account].every((text) => text.trim() !== '') && port > 0;
