import { Modal } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { SkeletonLines } from '../ui/skeletons.tsx';
import { useTestRequest } from './use-test-request.ts';

const Form = lazy(async () => ({
  default: (await import('../screens/test-request/index.tsx')).TestRequestForm,
}));

/** Over the drawers, whose requests and tokens it is opened from. */
const Z_INDEX = 250;

/** *Test a request*, over whichever screen it was asked for on. */
export function TestRequestModal() {
  const { asked, close } = useTestRequest();
  return (
    <Modal
      opened={asked !== null}
      onClose={close}
      title="Test a request"
      size={960}
      zIndex={Z_INDEX}
      // Closed is gone: no secret stays for the length of a transition.
      transitionProps={{ exitDuration: 0 }}
    >
      {asked !== null && (
        <Suspense fallback={<SkeletonLines lines={8} />}>
          <Form first={asked} />
        </Suspense>
      )}
    </Modal>
  );
}
