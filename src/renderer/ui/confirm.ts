import { modals } from '@mantine/modals';
import type { ReactNode } from 'react';

interface Confirmation {
  title: string;
  /** What holds afterwards. */
  meaning: ReactNode;
  /** Names the deed: "Remove Retail". */
  confirm: string;
  onConfirm: () => void;
}

/** One question before something is taken away. */
export const confirmRemoval = ({ title, meaning, confirm, onConfirm }: Confirmation): void => {
  modals.openConfirmModal({
    title,
    children: meaning,
    labels: { confirm, cancel: 'Keep it' },
    confirmProps: { color: 'red' },
    cancelProps: { 'data-autofocus': true },
    onConfirm,
  });
};
