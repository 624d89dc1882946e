import { Button, Group } from '@mantine/core';
import { IconFilterOff, IconHistory, IconShieldCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { api } from '../../api.ts';
import { AsOf } from '../../ui/as-of.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice, notifyError } from '../../ui/error-notice.tsx';
import { counted } from '../../ui/format.ts';
import { Page, PageHeader } from '../../ui/page.tsx';
import classes from './audit.module.css';
import { AuditDrawer } from './audit-drawer.tsx';
import { AuditFilters } from './audit-filters.tsx';
import { AuditTable } from './audit-table.tsx';
import { PAGE, useAudit } from './use-audit.ts';
import { isFiltered, noFilter, useAuditView } from './use-audit-view.ts';
import { Verdict } from './verdict.tsx';

/** Audit: who changed or exported what, what it was before, and whether the log is whole. */
export function AuditScreen() {
  const { view, set } = useAuditView();
  const { query, entries, asOf, refresh } = useAudit(view);
  const verify = useMutation(
    api.audit.verify.mutationOptions({ onError: (error) => notifyError(error, 'verify the audit log') }),
  );
  const open = (entry: number) => set({ entry });
  const shown = entries?.length ?? 0;
  return (
    <Page fill>
      <PageHeader
        title="Audit"
        about="Who changed or exported what, and what it was before. Entries are chained, so that an edited or removed one is found."
        actions={
          <Button
            variant="default"
            leftSection={<IconShieldCheck size={15} />}
            loading={verify.isPending}
            onClick={() => verify.mutate(undefined)}
          >
            Verify the log
          </Button>
        }
      />
      {verify.data !== undefined && (
        <Verdict verdict={verify.data} onOpen={open} onClose={() => verify.reset()} />
      )}
      <AuditFilters view={view} set={set} />
      <div className={classes.line}>
        <span role="status" className="tabular">
          {entries !== undefined && counted(shown, 'entry', 'entries')}
          {query.hasNextPage && ' shown, and there are older ones'}
        </span>
        <AsOf
          at={entries === undefined ? null : asOf}
          zone="local"
          refreshing={query.isFetching && !query.isFetchingNextPage}
          refresh={refresh}
        />
      </div>
      {query.isError ? (
        <ErrorNotice error={query.error} doing="load the audit log" retry={() => void query.refetch()} />
      ) : entries?.length === 0 ? (
        <Nothing filtered={isFiltered(view)} clear={() => set(noFilter)} />
      ) : (
        <AuditTable entries={entries} open={view.entry} onOpen={open} />
      )}
      {query.hasNextPage && (
        <Group justify="flex-end" mt="xs">
          <Button
            variant="default"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            Show {PAGE} older
          </Button>
        </Group>
      )}
      <AuditDrawer seq={view.entry} entries={entries} onClose={() => set({ entry: null })} />
    </Page>
  );
}

const Nothing = ({ filtered, clear }: { filtered: boolean; clear: () => void }) =>
  filtered ? (
    <EmptyState
      icon={IconFilterOff}
      title="No entry matches"
      action={
        <Button variant="default" onClick={clear}>
          Clear filters
        </Button>
      }
    >
      Nothing that was recorded in this time has all of this. A name is as it was then.
    </EmptyState>
  ) : (
    <EmptyState icon={IconHistory} title="Nothing is recorded yet">
      Every change from here on, every export and every sign-in is an entry. Generate a token, or set a limit,
      and it is here.
    </EmptyState>
  );
