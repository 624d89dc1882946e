import { Modal } from '@mantine/core';
import { useCallback, useRef, useState } from 'react';
import { useBlocker } from 'react-router';
import type { Token } from '../../../../features/tokens/contract.ts';
import { DiscardDraft } from '../../../ui/discard-draft.tsx';
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
  // Not a state: what was typed counts for the very next key.
  const dirty = useRef(false);
  const onDirty = useCallback((is: boolean) => {
    dirty.current = is;
  }, []);
  const shown = made !== null;
  // Whatever leaves the form asks first: its buttons and Escape are steps of the route, as are links and Back.
  const leaving = useBlocker(
    ({ nextLocation: { pathname, search }, currentLocation }) =>
      dirty.current &&
      (pathname !== currentLocation.pathname || !new URLSearchParams(search).has('generate')),
  );
  const asking = leaving.state === 'blocked';
  return (
    <>
      <Modal
        opened={opened || shown}
        onClose={onClose}
        title={shown ? 'Copy the token now' : 'Generate New Token'}
        size={shown ? 640 : 680}
        closeOnEscape={!shown && !asking}
        closeOnClickOutside={false}
        withCloseButton={!shown}
      >
        {made === null ? (
          <GenerateForm onDirty={onDirty} onMade={setMade} onCancel={onClose} />
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
      <DiscardDraft
        asking={asking}
        what="the new token"
        onKeep={() => leaving.reset?.()}
        onDiscard={() => leaving.proceed?.()}
      />
    </>
  );
}
