import { Alert, Anchor, Text } from '@mantine/core';
import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react';
import type { AuditVerdict } from '../../../features/audit/contract.ts';
import { count, counted } from '../../ui/format.ts';

type Problem = NonNullable<AuditVerdict['problem']>;

const problems: Record<Problem['kind'], { title: (seq: string) => string; meaning: string }> = {
  changed: {
    title: (seq) => `Entry ${seq} is not as it was recorded`,
    meaning: 'Somebody changed it, or what comes before it, in the database.',
  },
  missing: {
    title: (seq) => `Entry ${seq} is missing`,
    meaning:
      'Somebody removed it, and perhaps others behind it, from the database, or restored an older one.',
  },
  added: {
    title: (seq) => `Entry ${seq} was never recorded`,
    meaning: 'Somebody wrote it into the database.',
  },
  key: {
    title: (seq) => `From entry ${seq} on nothing can be verified`,
    meaning: 'The key that it was recorded under is not here. Put it back to verify the log.',
  },
  head: {
    title: (seq) => `Whether anything is missing behind entry ${seq} cannot be told`,
    meaning:
      'The file beside the key that knows the log’s end is not there. Restore it before the next change makes a new one.',
  },
};

interface VerdictProps {
  verdict: AuditVerdict;
  onOpen: (seq: number) => void;
  onClose: () => void;
}

/** Whether the log is as it was recorded, and if not, from which entry on. */
export function Verdict({ verdict, onOpen, onClose }: VerdictProps) {
  const { problem, entries, unsealed, unfinished, endKnown } = verdict;
  const bad = problem !== null;
  return (
    <Alert
      mb="sm"
      // The page is as high as the window, and the table is what gives way.
      flex="none"
      role={bad ? 'alert' : 'status'}
      color={bad ? 'red' : 'green'}
      variant="light"
      icon={bad ? <IconAlertTriangle size={18} /> : <IconShieldCheck size={18} />}
      title={
        <Text span inherit c="var(--mantine-color-text)">
          {bad ? problems[problem.kind].title(count(problem.seq)) : 'The audit log is whole'}
        </Text>
      }
      withCloseButton
      closeButtonLabel="Close the result"
      onClose={onClose}
    >
      <Text c="var(--mantine-color-text)">
        {bad
          ? `${problems[problem.kind].meaning} ${entries === 0 ? 'No entry before it' : counted(entries, 'entry before it is', 'entries before it are')} as recorded.`
          : `${counted(entries, 'entry is', 'entries are')} as recorded: nothing was edited, removed, moved or cut off.`}
      </Text>
      {unsealed > 0 && (
        <Text c="var(--mantine-color-text)">
          {counted(unsealed, 'entry at the end was', 'entries at the end were')} recorded without the key of
          the instance. The next change that is made with it seals them.
        </Text>
      )}
      {!endKnown && (
        <Text c="var(--mantine-color-text)">
          No file beside the key says here where the log ends, so entries cut off at its end would not be
          seen.
        </Text>
      )}
      {unfinished && (
        <Text c="var(--mantine-color-text)">
          A process ended while it made the next change, which is not in the database. The next change records
          that; until then, ask who was at work.
        </Text>
      )}
      {bad && (problem.kind === 'changed' || problem.kind === 'added') && (
        <Anchor
          component="button"
          type="button"
          inherit
          underline="always"
          onClick={() => onOpen(problem.seq)}
        >
          Show entry {count(problem.seq)} as it is now
        </Anchor>
      )}
    </Alert>
  );
}
