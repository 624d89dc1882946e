import { Modal } from '@mantine/core';
import { TestRequestForm } from '../screens/test-request/index.tsx';
import { useTopEscape } from '../ui/use-top-escape.ts';
import { useTestRequest } from './use-test-request.ts';

/** Over the drawers, whose requests and tokens it is opened from. */
const Z_INDEX = 250;

/** *Test a request*, over whichever screen it was asked for on. */
export function TestRequestModal() {
  const { asked, close } = useTestRequest();
  useTopEscape(asked !== null, close);
  return (
    <Modal
      opened={asked !== null}
      onClose={close}
      closeOnEscape={false}
      title="Test a request"
      size={960}
      zIndex={Z_INDEX}
      // Closed is gone: no secret stays for the length of a transition.
      transitionProps={{ exitDuration: 0 }}
    >
      {asked !== null && <TestRequestForm first={asked} />}
    </Modal>
  );
}
