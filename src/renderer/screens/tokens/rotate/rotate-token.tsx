import { Modal } from '@mantine/core';
import { useState } from 'react';
import type { Token } from '../../../../features/tokens/contract.ts';
import { exactTime } from '../../../ui/format.ts';
import { useLast } from '../../../ui/use-last.ts';
import { SecretOnce } from '../generate/secret-once.tsx';
import { RotateForm } from './rotate-form.tsx';
import type { Rotated } from './rotated.ts';

/** Rotate: how long the old secret stays valid, then the new one, once. */
export function RotateToken({ token: chosen, onClose }: { token: Token | null; onClose: () => void }) {
  const token = useLast(chosen);
  const [made, setMade] = useState<Rotated | null>(null);
  const shown = made !== null;
  return (
    <Modal
      opened={chosen !== null || shown}
      onClose={onClose}
      title={shown ? 'Copy the token now' : `Rotate ${token?.name ?? ''}`}
      size={shown ? 640 : 520}
      closeOnEscape={!shown}
      closeOnClickOutside={false}
      withCloseButton={!shown}
    >
      {made !== null ? (
        <SecretOnce
          lead={
            <>
              <b>{made.token.name}</b> has a new secret. {oldSecret(made)}
            </>
          }
          secret={made.secret}
          onStored={() => {
            setMade(null);
            onClose();
          }}
        />
      ) : (
        token !== null && <RotateForm token={token} onRotated={setMade} onCancel={onClose} />
      )}
    </Modal>
  );
}

function oldSecret({ token, oldValidUntil }: Rotated): string {
  const old = token.secrets.find((secret) => secret.validUntil !== null);
  if (old === undefined || oldValidUntil === null) return '';
  return oldValidUntil.getTime() <= Date.now()
    ? 'The old one is void.'
    : `The old one works until ${exactTime(oldValidUntil)}.`;
}
