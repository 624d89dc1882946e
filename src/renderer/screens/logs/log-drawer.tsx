import { ActionIcon, Button, CopyButton, Drawer, Group, Tooltip } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconCheck, IconTerminal2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { KeyboardEvent, ReactNode } from 'react';
import type { LogDetail, LogRow } from '../../../features/logs/contract.ts';
import { api } from '../../api.ts';
import { useGateway } from '../../routes/use-gateway.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { DrawerSection } from '../../ui/facts.tsx';
import { OutcomeBadge } from '../../ui/outcome-badge.tsx';
import { rescueFocus } from '../../ui/rescue-focus.ts';
import { SkeletonLines } from '../../ui/skeletons.tsx';
import type { Zone } from '../../ui/zone.ts';
import { curlOf, SECRET_VARIABLE } from './curl.ts';
import { Decision } from './decision.tsx';
import classes from './drawer.module.css';
import { type Narrow, NarrowContext } from './filter-value.tsx';
import { LogFacts } from './log-facts.tsx';
import { MessageView } from './message.tsx';
import { Neighbours } from './neighbours.tsx';
import { TestAgain } from './test-again.tsx';
import { Why } from './why.tsx';

type Neighbour = Pick<LogRow, 'requestId'>;

interface LogDrawerProps {
  /** In the order that the arrow keys step through. */
  rows: readonly Neighbour[] | undefined;
  /** The request that is shown; null: none is. */
  request: string | null;
  zone?: Zone;
  /** Another request, a neighbour of this one or not, or none. */
  onRequest: (request: string | null, replace: boolean) => void;
  onNarrow: Narrow;
  /** Shows every request between two instants. */
  onSpan: (from: Date, to: Date) => void;
}

/** One request whole; the arrow keys step to its neighbours: why it was answered so, the decision, both messages, and what redaction took out. */
export function LogDrawer(props: LogDrawerProps) {
  const { rows = [], request, zone = 'local', onRequest, onNarrow, onSpan } = props;
  const detail = useQuery({
    ...api.logs.get.queryOptions({ input: { requestId: request ?? '' } }),
    enabled: request !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const at = request === null ? -1 : rows.findIndex(({ requestId }) => requestId === request);
  const go = (row: Neighbour | undefined) => row && onRequest(row.requestId, true);
  const [above, below] = at === -1 ? [undefined, undefined] : [rows[at - 1], rows[at + 1]];
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.key === 'ArrowUp' ? above : event.key === 'ArrowDown' ? below : undefined;
    // A body that scrolls keeps the arrow keys.
    const scrolls = event.target instanceof Element && event.target.closest('section[tabindex="0"]') !== null;
    if (step === undefined || scrolls || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    go(step);
  };
  return (
    <Drawer.Root
      opened={request !== null}
      onClose={() => onRequest(null, false)}
      onExitTransitionEnd={() => rescueFocus(document.querySelector<HTMLElement>('[role="grid"]'))}
      position="right"
      size={680}
    >
      <Drawer.Overlay backgroundOpacity={0.25} />
      {/* The capture, as Mantine drops the plain handler. */}
      <Drawer.Content aria-label="Request" onKeyDownCapture={onKeyDown}>
        <Drawer.Header>
          <Drawer.Title className={classes.title}>
            Request {detail.data !== undefined && <OutcomeBadge status={detail.data.status} />}
          </Drawer.Title>
          <Group gap={2} ml="auto">
            <Step label="Request above" icon={<IconArrowUp size={16} />} to={above} go={go} />
            <Step label="Request below" icon={<IconArrowDown size={16} />} to={below} go={go} />
          </Group>
          <Drawer.CloseButton aria-label="Close" ml={4} data-autofocus />
        </Drawer.Header>
        <Drawer.Body>
          {detail.isError ? (
            <ErrorNotice error={detail.error} doing="load the request" retry={() => void detail.refetch()} />
          ) : detail.data === undefined ? (
            <SkeletonLines lines={12} />
          ) : (
            <NarrowContext value={onNarrow}>
              <Whole detail={detail.data} zone={zone}>
                <Neighbours
                  request={detail.data}
                  zone={zone}
                  onOpen={(id) => onRequest(id, true)}
                  onSpan={onSpan}
                />
              </Whole>
            </NarrowContext>
          )}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

interface StepProps {
  label: string;
  icon: ReactNode;
  to: Neighbour | undefined;
  go: (row: Neighbour | undefined) => void;
}

const Step = ({ label, icon, to, go }: StepProps) => (
  <Tooltip label={label}>
    {/* Not `disabled`: the button would drop the keyboard's focus at the end of the list. */}
    <ActionIcon
      aria-label={label}
      aria-disabled={to === undefined}
      {...(to === undefined && { 'data-disabled': true })}
      onClick={() => go(to)}
    >
      {icon}
    </ActionIcon>
  </Tooltip>
);

function Whole({ detail, zone, children }: { detail: LogDetail; zone: Zone; children: ReactNode }) {
  return (
    <>
      <Why detail={detail} />
      <LogFacts detail={detail} zone={zone} />
      <DrawerSection aria-label="Decision">
        <h3>
          Decision
          <TestAgain detail={detail} />
        </h3>
        {detail.checks.length === 0 ? (
          <p className="dimmed">It was answered before any check was made.</p>
        ) : (
          <Decision checks={detail.checks} tokenId={detail.tokenId} />
        )}
      </DrawerSection>
      {children}
      <MessageView
        title="Request"
        message={detail.request}
        size={detail.bytesIn}
        actions={<CopyAsCurl detail={detail} />}
      />
      <MessageView title="Response" message={detail.response} size={detail.bytesOut} />
      <DrawerSection aria-label="Redaction">
        <h3>Redaction</h3>
        {detail.removed.length === 0 ? (
          <p className="dimmed">Nothing had to be removed before this was logged.</p>
        ) : (
          <>
            <p className="dimmed">Removed before it was written to disk; nobody can bring it back:</p>
            <ul className={classes.removed}>
              {[...new Set(detail.removed)].map((what) => (
                <li key={what} className="mono">
                  {what}
                </li>
              ))}
            </ul>
          </>
        )}
      </DrawerSection>
    </>
  );
}

function CopyAsCurl({ detail }: { detail: LogDetail }) {
  const { status } = useGateway();
  const address = status.data?.address ?? 'http://GATEWAY';
  return (
    <CopyButton value={curlOf(detail, address)} timeout={1_500}>
      {({ copied, copy }) => (
        <Tooltip label={`Put the secret into $${SECRET_VARIABLE}; the log does not have it`}>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={copied ? <IconCheck size={14} /> : <IconTerminal2 size={14} />}
            onClick={copy}
          >
            {copied ? 'Copied' : 'Copy as curl'}
          </Button>
        </Tooltip>
      )}
    </CopyButton>
  );
}
