import { Button, Group, Input, PasswordInput, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface SecretFieldProps {
  label: string;
  description: string;
  placeholder?: string;
  /** Has the keychain one already? It is never shown; it can be replaced or taken out. */
  kept: boolean;
  /** What is to become of it: undefined: as it is; null: taken out. */
  value: string | null | undefined;
  onChange: (value: string | null | undefined) => void;
  /** Another way to give it. */
  children?: ReactNode;
}

/** A secret for the keychain: given, replaced or taken out, but never read. */
export function SecretField(props: SecretFieldProps) {
  const { label, description, kept, value, onChange } = props;
  if (!kept || typeof value === 'string')
    return (
      <div>
        <PasswordInput
          label={label}
          description={description}
          placeholder={props.placeholder}
          autoComplete="off"
          value={value ?? ''}
          onChange={(event) => {
            const typed = event.currentTarget.value;
            onChange(typed === '' && !kept ? undefined : typed);
          }}
        />
        {(kept || props.children !== undefined) && (
          <Group gap="xs" mt={6}>
            {kept && (
              <Button variant="default" size="compact-sm" onClick={() => onChange(undefined)}>
                Keep the one there is
              </Button>
            )}
            {props.children}
          </Group>
        )}
      </div>
    );
  return (
    <Input.Wrapper label={label} description={description} labelElement="div">
      <Group gap="xs" mt={6} role="group" aria-label={label}>
        <Text>{value === null ? 'It will be taken out of the keychain.' : 'In the keychain.'}</Text>
        {value === null ? (
          <Button variant="default" size="compact-sm" onClick={() => onChange(undefined)}>
            Keep it
          </Button>
        ) : (
          <>
            <Button variant="default" size="compact-sm" onClick={() => onChange('')}>
              Replace
            </Button>
            <Button variant="default" size="compact-sm" onClick={() => onChange(null)}>
              Take it out
            </Button>
          </>
        )}
      </Group>
    </Input.Wrapper>
  );
}
