import { Button, Progress, SegmentedControl, Text } from '@mantine/core';
import { IconDatabaseOff, IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { counted } from '../../ui/format.ts';
import classes from './rehearsal.module.css';
import type { Rehearsed } from './rehearsed.ts';
import { Result } from './result.tsx';
import { useRehearsal } from './use-rehearsal.ts';

const CHOICES = [1, 7, 30];

/** Replays the log of the last days under a draft. Nothing is changed by it. */
export function Rehearsal({ rehearsed }: { rehearsed: Rehearsed }) {
  const { run, days, begin, cancel } = useRehearsal(rehearsed.draft);
  const running = run.state === 'running';
  return (
    <div className={classes.rehearsal}>
      <div>
        <Text fw={600} dir="auto">
          {rehearsed.words}
        </Text>
        <Text c="dimmed">
          The requests in the log are judged anew as if this had been in force. Nothing is saved or sent.
        </Text>
      </div>
      <div className={classes.controls}>
        <SegmentedControl
          aria-label="Days of the log"
          value={String(days)}
          onChange={(value) => begin(Number(value))}
          data={CHOICES.map((choice) => ({
            value: String(choice),
            label: choice === 1 ? 'Last day' : `Last ${choice} days`,
          }))}
        />
        {/* One button, so that the keyboard's focus stays where it is. */}
        <Button
          variant="default"
          size="compact-sm"
          leftSection={running ? <IconPlayerStop size={14} /> : <IconRefresh size={14} />}
          onClick={() => (running ? cancel() : begin(days))}
        >
          {running ? 'Cancel' : 'Rehearse again'}
        </Button>
      </div>
      {run.state === 'running' && (
        <div>
          <Progress value={run.part * 100} aria-label="Rehearsal" />
          <Text c="dimmed" fz="xs" mt={4} className="tabular">
            {Math.round(run.part * 100)} %, {counted(run.requests, 'request')} judged
          </Text>
        </div>
      )}
      {run.state === 'cancelled' && (
        <Text role="status">Cancelled. Nothing was changed; rehearse again for the figures.</Text>
      )}
      {run.state === 'failed' && <ErrorNotice error={run.error} doing="rehearse this" />}
      {run.state === 'done' &&
        (run.result.requests === 0 ? (
          <EmptyState
            icon={IconDatabaseOff}
            title={`No requests in the last ${days === 1 ? 'day' : `${days} days`}`}
          >
            There is nothing to replay. Choose more days, or come back when requests have reached the gateway.
          </EmptyState>
        ) : (
          <Result result={run.result} draft={rehearsed.draft} />
        ))}
    </div>
  );
}
