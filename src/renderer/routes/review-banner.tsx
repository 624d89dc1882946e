import { ActionIcon, Button, Progress, Tooltip } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconFileSearch,
  IconFolderOpen,
  IconInfoCircle,
  IconX,
} from '@tabler/icons-react';
import { useState } from 'react';
import type { ReviewedFile, ReviewState } from '../../features/logs/review/contract.ts';
import { count, counted } from '../ui/format.ts';
import classes from './review-banner.module.css';
import { ReviewFiles } from './review-files.tsx';
import { useCloseReview, useOpenExport, useReviewState } from './use-review.ts';

/** Above the screens while files are shown: which they are, how far they are read, what is wrong with them. */
export function ReviewBanner() {
  const state = useReviewState();
  const open = useOpenExport();
  const close = useCloseReview();
  const [detailed, setDetailed] = useState(false);
  if (state === undefined) return <div className={classes.banner} />;
  const flaws = state.files.some(isFlawed);
  return (
    <section className={classes.banner} aria-label="Opened files">
      <div className={classes.line}>
        <IconFileSearch size={16} className={classes.icon} aria-hidden />
        <span className={classes.names} title={state.files.map(({ path }) => path).join('\n')}>
          {state.files.map(({ name }) => name).join(', ')}
        </span>
        <span className="dimmed tabular" role="status">
          {readWords(state)}
        </span>
        <Verdict state={state} />
        <span className={classes.space} />
        <Button
          size="compact-sm"
          variant={flaws ? 'light' : 'default'}
          color={flaws ? 'yellow' : 'gray'}
          leftSection={flaws ? <IconAlertTriangle size={14} /> : <IconInfoCircle size={14} />}
          aria-expanded={detailed}
          onClick={() => setDetailed(true)}
        >
          {flaws ? problemWords(state.files) : 'Details'}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconFolderOpen size={14} />}
          loading={open.isPending}
          onClick={() => open.mutate(undefined)}
        >
          Open export…
        </Button>
        <Tooltip label="Close the files">
          <ActionIcon
            variant="default"
            size={26}
            aria-label="Close the files"
            onClick={() => close.mutate(undefined)}
          >
            <IconX size={14} />
          </ActionIcon>
        </Tooltip>
      </div>
      {!state.isRead && (
        <Progress
          className={classes.progress ?? ''}
          value={partOf(state) * 100}
          aria-label="Reading the files"
          size={3}
          radius={0}
        />
      )}
      <ReviewFiles opened={detailed} onClose={() => setDetailed(false)} state={state} />
    </section>
  );
}

const isFlawed = ({ problems, verdict }: ReviewedFile) =>
  problems.length > 0 || verdict.kind === 'differs' || verdict.kind === 'unreadable';

function partOf({ files }: ReviewState): number {
  const sum = (of: 'bytes' | 'bytesRead') => files.reduce((total, file) => total + file[of], 0);
  return sum('bytes') === 0 ? 1 : sum('bytesRead') / sum('bytes');
}

function readWords(state: ReviewState): string {
  const rows = counted(state.rows, 'request');
  if (state.isRead) return rows;
  const left = state.secondsLeft === null ? '' : ` · ${Math.ceil(state.secondsLeft)} s left`;
  return `${rows} read · ${Math.floor(partOf(state) * 100)} % · ${count(state.rowsPerSecond)}/s${left}`;
}

function problemWords(files: readonly ReviewedFile[]): string {
  const lines = files.reduce((sum, { flawedLines }) => sum + flawedLines, 0);
  if (lines > 0) return counted(lines, 'damaged line');
  return counted(files.filter(isFlawed).length, 'file with a problem', 'files with problems');
}

/** What the manifests say, of all files together. */
function Verdict({ state: { files } }: { state: ReviewState }) {
  const kinds = files.map(({ verdict }) => verdict.kind);
  if (kinds.includes('differs'))
    return (
      <span className={classes.bad}>
        <IconAlertTriangle size={14} aria-hidden /> Not what its manifest says
      </span>
    );
  if (kinds.length > 0 && kinds.every((kind) => kind === 'matches'))
    return (
      <span className={classes.good}>
        <IconCircleCheck size={14} aria-hidden /> As its manifest says
      </span>
    );
  return null;
}
