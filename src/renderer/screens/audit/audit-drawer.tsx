import { Anchor, Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { AuditEntry } from '../../../features/audit/contract.ts';
import { api } from '../../api.ts';
import { paths } from '../../routes/paths.ts';
import { Copyable } from '../../ui/copyable.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { DrawerSection, Facts } from '../../ui/facts.tsx';
import { count, exactTimes } from '../../ui/format.ts';
import { rescueFocus } from '../../ui/rescue-focus.ts';
import { SkeletonLines } from '../../ui/skeletons.tsx';
import { Time } from '../../ui/time.tsx';
import { useLast } from '../../ui/use-last.ts';
import { ChangeList } from '../tokens/changes/change-list.tsx';
import { usePlaceNames } from '../tokens/use-place-names.ts';
import { actionWords, subjectWords } from './action-words.ts';
import { differences } from './differences.ts';

interface AuditDrawerProps {
  /** The number of the entry; null: closed. */
  seq: number | null;
  /** The entries of the list, where it may be among them. */
  entries: AuditEntry[] | undefined;
  onClose: () => void;
}

/** One entry whole, with what was before and is after. */
export function AuditDrawer({ seq, entries, onClose }: AuditDrawerProps) {
  const shown = useLast(seq);
  const listed = entries?.find((entry) => entry.seq === shown);
  // A link to an entry that this list does not have, or not yet.
  const asked = useQuery({
    ...api.audit.list.queryOptions({ input: { before: (shown ?? 0) + 1, limit: 1 } }),
    enabled: seq !== null && entries !== undefined && listed === undefined,
  });
  const entry = listed ?? asked.data?.items.find((one) => one.seq === shown);
  return (
    <Drawer
      opened={seq !== null}
      onClose={onClose}
      title={entry === undefined ? `Entry ${shown ?? ''}` : actionWords(entry.action)}
      returnFocus={false}
      onExitTransitionEnd={() =>
        rescueFocus(document.querySelector<HTMLElement>(`[data-row="${shown}"] [data-row-name]`))
      }
    >
      {asked.isError ? (
        <ErrorNotice error={asked.error} doing="load the entry" retry={() => void asked.refetch()} />
      ) : entry !== undefined ? (
        <Whole entry={entry} />
      ) : asked.isSuccess ? (
        <p className="dimmed">
          There is no entry with this number. Verify the log to find out whether it is missing.
        </p>
      ) : (
        <SkeletonLines lines={8} />
      )}
    </Drawer>
  );
}

function Whole({ entry }: { entry: AuditEntry }) {
  const nameOf = usePlaceNames();
  const changes = differences(entry.before, entry.after, nameOf);
  return (
    <>
      <Facts names={88}>
        <dt>Entry</dt>
        <dd className="tabular">{count(entry.seq)}</dd>
        <dt>When</dt>
        <dd>
          {exactTimes(entry.at)} (<Time at={entry.at} />)
        </dd>
        <dt>Who</dt>
        <dd>
          <Copyable value={entry.actor} what="actor" />
        </dd>
        <dt>What</dt>
        <dd>
          {actionWords(entry.action)} <span className="dimmed mono">{entry.action}</span>
        </dd>
        <dt>To what</dt>
        <dd>
          <Subject entry={entry} />
        </dd>
      </Facts>
      <DrawerSection aria-label="Before and after">
        <h3>{headingOf(entry)}</h3>
        {changes.length === 0 ? (
          <p className="dimmed">Nothing more was recorded.</p>
        ) : (
          <ChangeList changes={changes} />
        )}
      </DrawerSection>
    </>
  );
}

function headingOf({ before, after }: AuditEntry): string {
  if (before === null) return 'What came';
  return after === null ? 'What went' : 'Before and after';
}

function Subject({ entry: { subject } }: { entry: AuditEntry }) {
  const words = <span dir="auto">{subjectWords(subject)}</span>;
  return (
    <>
      {subject.kind === 'token' ? (
        <Anchor component={Link} to={paths.tokens({ token: subject.id })} underline="always" inherit>
          {words}
        </Anchor>
      ) : (
        words
      )}
      {subject.id !== '' && subject.id !== subject.name && (
        <div className="dimmed">
          <Copyable value={subject.id} what="id" />
        </div>
      )}
    </>
  );
}
