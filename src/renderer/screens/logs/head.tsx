import { Button } from '@mantine/core';
import { IconDownload, IconTestPipe } from '@tabler/icons-react';
import { useState } from 'react';
import type { Term } from '../../../base/log-query/terms.ts';
import { inDesktop } from '../../api.ts';
import { useIsReview } from '../../routes/use-review.ts';
import { useTestRequest } from '../../routes/use-test-request.ts';
import { CopyCommand } from './copy-command.tsx';
import { ExportModal } from './export/export-modal.tsx';
import classes from './logs.module.css';
import { OpenExport } from './open-export.tsx';
import type { Explorer } from './use-explorer.ts';
import type { SetLogsView } from './use-logs-view.ts';
import type { LogsView } from './view.ts';
import { ViewsMenu } from './views/views-menu.tsx';

interface LogsHeadProps {
  view: LogsView;
  set: SetLogsView;
  explorer: Explorer;
}

/** The screen's heading, and what can be done with the view that is shown. */
export function LogsHead({ view, set, explorer: { parsed, terms, filter, counts } }: LogsHeadProps) {
  const { open: openTest } = useTestRequest();
  const isReview = useIsReview();
  const [exporting, setExporting] = useState(false);
  const readable = 'terms' in parsed;
  return (
    <header className={classes.screenHead}>
      <h1>API Logs</h1>
      {!isReview && <ViewsMenu view={view} set={set} />}
      <CopyCommand filter={filter} disabled={!readable} />
      {!isReview && (
        <>
          {inDesktop && <OpenExport />}
          <Button
            variant="default"
            leftSection={<IconDownload size={15} />}
            disabled={!readable}
            onClick={() => setExporting(true)}
          >
            Export…
          </Button>
          <Button
            variant="default"
            leftSection={<IconTestPipe size={15} />}
            onClick={() => openTest({ token: tokenOf(terms) })}
          >
            Test a request
          </Button>
        </>
      )}
      {exporting && (
        <ExportModal filter={filter} overview={counts.overview} onClose={() => setExporting(false)} />
      )}
    </header>
  );
}

/** The token that a query asks for alone, for *Test a request*. */
function tokenOf(terms: readonly Term[]): string | null {
  const of = terms.filter(({ field, excluded }) => field === 'token' && !excluded);
  const [value, ...rest] = of.flatMap(({ values }) => values);
  return value?.kind === 'text' && rest.length === 0 && /^[0-9a-f-]{36}$/i.test(value.text)
    ? value.text
    : null;
}
