import { Button, Group, PasswordInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { LEAST_PASSWORD } from '../../../../features/admins/contract.ts';
import { fieldIssue } from '../../../ui/fault-texts.ts';

/** Bytes: 192 bits, as 32 characters. */
const MADE_BYTES = 24;

const makePassword = (): string =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(MADE_BYTES))))
    .replaceAll('+', '-')
    .replaceAll('/', '_');

export const isLongEnough = (password: string): boolean => password.length >= LEAST_PASSWORD;

interface NewPasswordProps {
  value: string;
  onChange: (password: string) => void;
  error: unknown;
}

/** A password for somebody else: typed, or made and then shown, since it has to be handed over. */
export function NewPassword({ value, onChange, error }: NewPasswordProps) {
  const [visible, { open, toggle }] = useDisclosure(false);
  const make = () => {
    onChange(makePassword());
    open();
  };
  return (
    <PasswordInput
      label="Password"
      description={`At least ${LEAST_PASSWORD} characters. Hand it over yourself: it is not shown again.`}
      required
      withAsterisk={false}
      autoComplete="new-password"
      visible={visible}
      onVisibilityChange={toggle}
      value={value}
      error={fieldIssue(error, 'password')}
      onChange={(event) => onChange(event.currentTarget.value)}
      inputContainer={(input) => (
        <Group gap="xs" wrap="nowrap">
          <div style={{ flex: 1 }}>{input}</div>
          <Button variant="default" onClick={make}>
            Make one
          </Button>
        </Group>
      )}
    />
  );
}
