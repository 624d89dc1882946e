import { Button, Tooltip } from '@mantine/core';
import { IconTestPipe } from '@tabler/icons-react';
import type { LogDetail } from '../../../features/logs/contract.ts';
import { useIsReview } from '../../routes/use-review.ts';
import { type CredentialKind, useTestRequest } from '../../routes/use-test-request.ts';

/** How the request showed who it was; a secret that no token has is not in the log. */
function credentialOf({ tokenId, reason, checks }: LogDetail): CredentialKind {
  if (tokenId !== null) return 'token';
  return reason === 'token.missing' || checks[0]?.passed === true ? 'none' : 'secret';
}

/** Opens *Test a request* with this one: what would the policy of now decide? */
export function TestAgain({ detail }: { detail: LogDetail }) {
  const { open } = useTestRequest();
  const isReview = useIsReview();
  const { tokenId: token, address, method, path } = detail;
  if (isReview) return null;
  return (
    <Tooltip label="What would be decided now; nothing is sent">
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconTestPipe size={14} />}
        onClick={() => open({ credential: credentialOf(detail), token, address, method, path })}
      >
        Test again
      </Button>
    </Tooltip>
  );
}
