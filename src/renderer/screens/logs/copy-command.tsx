import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconTerminal2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { isLoopback } from '../../../base/loopback.ts';
import type { LogFilter } from '../../../features/logs/contract.ts';
import { api, inDesktop } from '../../api.ts';
import { useConnections } from '../../routes/use-connections.ts';
import { useReviewedFiles } from '../../routes/use-review.ts';
import { commandLine } from './command-line.ts';

/** Which instance a command on this machine is to ask. */
function usePlace(): string[] {
  const info = useQuery({ ...api.instance.info.queryOptions(), staleTime: Number.POSITIVE_INFINITY });
  const target = useConnections().data?.find((connection) => connection.current)?.target;
  if (target?.kind === 'server') return ['--server', target.url];
  if (!inDesktop && !isLoopback(window.location.hostname)) return ['--server', window.location.origin];
  return info.data === undefined ? [] : ['--db', info.data.name];
}

/** Copies the view as a command that prints the same rows. */
export function CopyCommand({ filter, disabled }: { filter: LogFilter; disabled: boolean }) {
  const place = usePlace();
  const files = useReviewedFiles();
  return (
    <CopyButton value={commandLine(filter, place, files ?? null)} timeout={1_500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : 'Copy as command line'}>
          <ActionIcon
            variant="default"
            size={32}
            aria-label="Copy as command line"
            disabled={disabled}
            onClick={copy}
          >
            {copied ? <IconCheck size={15} /> : <IconTerminal2 size={15} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
