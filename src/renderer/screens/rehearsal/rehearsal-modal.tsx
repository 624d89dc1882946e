import { Modal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import { useLocation } from 'react-router';
import { beneathTest } from '../../routes/use-test-request.ts';
import { Rehearsal } from './rehearsal.tsx';
import type { Rehearsed } from './rehearsed.ts';

/** The rehearsal over the form that it was asked for in; what was typed there stays. */
export function RehearsalModal({ rehearsed, onClose }: { rehearsed: Rehearsed; onClose: () => void }) {
  const place = beneathTest(useLocation());
  const small = useMediaQuery('(max-width: 640px), (max-height: 480px)');
  const opened = useRef(place);
  // A link out of a request's details leads to another place. *Test a request* lies over this one.
  useEffect(() => {
    if (place !== opened.current) onClose();
  }, [place, onClose]);
  return (
    <Modal opened onClose={onClose} closeOnEscape={false} title="Rehearsal" size={960} fullScreen={small}>
      <Rehearsal rehearsed={rehearsed} />
    </Modal>
  );
}
