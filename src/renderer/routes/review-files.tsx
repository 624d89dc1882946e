import { Modal, Stack } from '@mantine/core';
import { type ReviewProblem, reviewProblemText } from '../../base/review-problems.ts';
import type { ReviewedFile, ReviewState, ReviewVerdict } from '../../features/logs/review/contract.ts';
import { count, counted, exactTime } from '../ui/format.ts';
import classes from './review-files.module.css';

const formatWords: Record<NonNullable<ReviewedFile['format']>, string> = {
  ndjson: 'Gatehouse NDJSON',
  csv: 'Gatehouse CSV',
  har: 'HAR 1.2',
  combined: 'Access log, combined format',
  json: 'Access log, JSON',
};

interface ReviewFilesProps {
  opened: boolean;
  onClose: () => void;
  state: ReviewState;
}

/** The opened files one by one: what each is, whether it is what its manifest says, and what is wrong with it. */
export const ReviewFiles = ({ opened, onClose, state }: ReviewFilesProps) => (
  <Modal opened={opened} onClose={onClose} title="Opened files" size={720}>
    <Stack>
      {state.files.map((file) => (
        <section key={file.path} className={classes.file} aria-label={file.name}>
          <h3>{file.name}</h3>
          <p className={`mono dimmed ${classes.path}`}>{file.path}</p>
          <p>{factsOf(file)}</p>
          {!isForeign(file) && (
            <p data-bad={file.verdict.kind === 'differs' || undefined} className={classes.verdict}>
              {verdictWords(file.verdict)}
            </p>
          )}
          {file.format !== null && file.isRead && file.rows > 0 && !file.hasDurations && (
            <p>It does not say how long a request took: every duration is shown as 0 ms.</p>
          )}
          <Problems file={file} />
        </section>
      ))}
    </Stack>
  </Modal>
);

/** Nobody writes a manifest beside the log of another program. */
const isForeign = ({ format, verdict }: ReviewedFile) =>
  verdict.kind === 'none' && format !== 'ndjson' && format !== 'csv' && format !== 'har';

const sizeOf = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

function factsOf({ format, packing, bytes, rows, isRead }: ReviewedFile): string {
  const size = sizeOf(bytes);
  return [
    format === null
      ? isRead
        ? 'Not a log that can be read here'
        : 'Looking what it is'
      : formatWords[format],
    packing === null ? size : `${size}, compressed by ${packing}`,
    counted(rows, 'request'),
  ].join(' · ');
}

function verdictWords(verdict: ReviewVerdict): string {
  switch (verdict.kind) {
    case 'reading':
      return 'Its manifest is compared when it is read to its end.';
    case 'none':
      return 'No manifest lies beside it, so nobody can say whether it is whole.';
    case 'unreadable':
      return `Its manifest cannot be read: ${verdict.detail}.`;
    case 'matches':
      return `It is what its manifest says, exported ${exactTime(verdict.madeAt)} by ${verdict.madeBy}.`;
    case 'differs':
      return differsWords(verdict);
  }
}

function differsWords({ expected, found, rows }: Extract<ReviewVerdict, { kind: 'differs' }>): string {
  const begin = 'It is not what its manifest says: ';
  if (rows < expected.rows) {
    const bytes =
      found === null ? '' : `, ${count(Math.max(0, expected.bytes - found.bytes))} bytes are missing`;
    return `${begin}${count(rows)} of ${counted(expected.rows, 'request')} are there${bytes}.`;
  }
  if (rows > expected.rows)
    return `${begin}it has ${counted(rows, 'request')} in place of ${count(expected.rows)}.`;
  return `${begin}its SHA-256 is another. Somebody has changed it since it was exported.`;
}

function Problems({ file }: { file: ReviewedFile }) {
  if (file.problems.length === 0) return null;
  const lines = file.problems.filter(({ code }) => code.startsWith('line.')).length;
  return (
    <>
      <ul className={classes.problems} aria-label={`Problems of ${file.name}`}>
        {file.problems.map((problem) => (
          <li key={keyOf(problem)}>{reviewProblemText(problem)}</li>
        ))}
      </ul>
      {file.flawedLines > lines && <p>And {counted(file.flawedLines - lines, 'more such line')}.</p>}
    </>
  );
}

const keyOf = ({ code, line, data }: ReviewProblem) => `${line} ${code} ${JSON.stringify(data)}`;
