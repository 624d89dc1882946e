import { Button } from '@mantine/core';
import { IconFolderOpen } from '@tabler/icons-react';
import { useOpenExport } from '../../routes/use-review.ts';

/** In the desktop app: shows exported files, or another program's access log, in the same screens. */
export function OpenExport() {
  const open = useOpenExport();
  return (
    <Button
      variant="default"
      leftSection={<IconFolderOpen size={15} />}
      loading={open.isPending}
      onClick={() => open.mutate(undefined)}
    >
      Open export…
    </Button>
  );
}
