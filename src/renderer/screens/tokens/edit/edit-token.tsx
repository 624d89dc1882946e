import { Modal } from '@mantine/core';
import { useCallback, useRef, useState } from 'react';
import type { Token } from '../../../../features/tokens/contract.ts';
import { DiscardDraft } from '../../../ui/discard-draft.tsx';
import { useLast } from '../../../ui/use-last.ts';
import { EditForm } from './edit-form.tsx';

/** Changes a token: the fields, then what would change, then saved. */
export function EditToken({ token, onClose }: { token: Token | null; onClose: () => void }) {
  const shown = useLast(token);
  const dirty = useRef(false);
  const onDirty = useCallback((is: boolean) => {
    dirty.current = is;
  }, []);
  const [asking, setAsking] = useState(false);
  const leave = () => {
    setAsking(false);
    onClose();
  };
  const close = () => (dirty.current ? setAsking(true) : onClose());
  return (
    <>
      <Modal
        opened={token !== null}
        onClose={close}
        title={`Edit ${shown?.name ?? ''}`}
        size={680}
        closeOnEscape={!asking}
        closeOnClickOutside={false}
      >
        {shown !== null && <EditForm token={shown} onDirty={onDirty} onSaved={onClose} onCancel={close} />}
      </Modal>
      <DiscardDraft
        asking={asking && token !== null}
        what="the changes"
        onKeep={() => setAsking(false)}
        onDiscard={leave}
      />
    </>
  );
}
