import { Modal } from '@mantine/core';
import type { IpRule } from '../../../features/ip-rules/contract.ts';
import { RuleForm } from './rule-form.tsx';

interface RuleModalProps {
  rule: IpRule | 'new' | null;
  /** The token that the screen was opened for, preselected in a new range. */
  tokenId: string | null;
  onClose: () => void;
}

export function RuleModal({ rule, tokenId, onClose }: RuleModalProps) {
  const existing = rule === 'new' ? null : rule;
  return (
    <Modal
      opened={rule !== null}
      onClose={onClose}
      title={existing === null ? 'Add IP Range' : `Change ${existing.range}`}
      size={520}
    >
      {rule !== null && <RuleForm rule={existing} tokenId={tokenId} onDone={onClose} />}
    </Modal>
  );
}
