import { Modal } from '@mantine/core';
import { useState } from 'react';
import type { Token } from '../../../../features/tokens/contract.ts';
import { GenerateForm } from './generate-form.tsx';
import { SecretOnce } from './secret-once.tsx';

interface GenerateTokenProps {
  opened: boolean;
  onClose: () => void;
  onOpenToken: (id: string) => void;
}

/** Generate New Token: the form, then the secret, once. The secret's step closes only by its own button. */
export function GenerateToken({ opened, onClose, onOpenToken }: GenerateTokenProps) {
  const [made, setMade] = useState<{ token: Token; secret: string } | null>(null);
  const shown = made !== null;
  return (
    <Modal
      opened={opened || shown}
      onClose={onClose}
      title={shown ? 'Copy the token now' : 'Generate New Token'}
      size={shown ? 640 : 680}
      closeOnEscape={!shown}
      closeOnClickOutside={false}
      withCloseButton={!shown}
    >
      {made === null ? (
        <GenerateForm onMade={setMade} onCancel={onClose} />
      ) : (
        <SecretOnce
          lead={
            <>
              <b>{made.token.name}</b> is active.
            </>
          }
          secret={made.secret}
          onStored={() => {
            setMade(null);
            onOpenToken(made.token.id);
          }}
        />
      )}
    </Modal>
  );
}
