import { Button } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTopEscape } from '../../ui/use-top-escape.ts';
import type { Rehearsed } from './rehearsed.ts';

// With its charts it is larger than the forms that it is opened from.
const load = () => import('./rehearsal-modal.tsx');
const RehearsalModal = lazy(async () => ({ default: (await load()).RehearsalModal }));

interface RehearseButtonProps {
  /** Null while the form could not be saved either. */
  rehearsed: Rehearsed | null;
  children?: string;
}

/** What would the draft in this form have done to the requests of the last days? Beside each Save. */
export function RehearseButton({ rehearsed, children = 'Rehearse…' }: RehearseButtonProps) {
  const [open, setOpen] = useState<Rehearsed | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(null);
    // The dialog goes at once, and takes with it what would give the focus back.
    button.current?.focus({ preventScroll: true });
  };
  useTopEscape(open !== null, close);
  useEffect(() => {
    // A failure is for the click to report.
    const idle = requestIdleCallback(() => void load().catch(() => undefined));
    return () => cancelIdleCallback(idle);
  }, []);
  return (
    <>
      <Button
        ref={button}
        variant="default"
        leftSection={<IconHistory size={15} />}
        disabled={rehearsed === null}
        onClick={() => setOpen(rehearsed)}
      >
        {children}
      </Button>
      <Suspense>{open !== null && <RehearsalModal rehearsed={open} onClose={close} />}</Suspense>
    </>
  );
}
