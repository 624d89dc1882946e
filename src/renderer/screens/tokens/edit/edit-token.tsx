import { Modal } from '@mantine/core';
import type { Token } from '../../../../features/tokens/contract.ts';
import { EditForm } from './edit-form.tsx';

/** Changes a token: the fields, then what would change, then saved. */
export function EditToken({ token, onClose }: { token: Token | null; onClose: () => void }) {
  return (
    <Modal
      opened={token !== null}
      onClose={onClose}
      title={`Edit ${token?.name ?? ''}`}
      size={680}
      closeOnClickOutside={false}
    >
      {token !== null && <EditForm token={token} onDone={onClose} />}
    </Modal>
  );
}
