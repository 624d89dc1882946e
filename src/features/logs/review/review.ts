import { basename } from 'node:path';
import type { ReadLog } from '../service.ts';
import type { ReviewedFile, ReviewState, ReviewVerdict } from './contract.ts';
import { FileReview } from './file-review.ts';
import { flaw } from './flaw.ts';
import { type ReadManifest, readManifest, verdictOn } from './manifest.ts';
import { ReviewIndex } from './review-index.ts';
import { reviewLog } from './review-log.ts';

/** Before so many seconds, how long the rest takes is a guess. */
const SETTLED = 1;

/** The files that were opened together, read one after the other while they are already searched. */
export interface Review {
  readonly index: ReviewIndex;
  readonly files: readonly (FileReview | null)[];
  readonly log: ReadLog;
  state(): ReviewState;
  /** Resolves when all is read, or the review is closed. */
  readonly done: Promise<void>;
  close(): Promise<void>;
}

interface Entry {
  readonly path: string;
  /** Null: it could not be opened. */
  readonly review: FileReview | null;
  readonly manifest: ReadManifest;
  readonly trouble: ReviewedFile['problems'];
  verdict: ReviewVerdict;
  isRead: boolean;
}

/** Opens files for review and begins to read them. What is wrong with one of them is in the state. */
export function openReview(paths: readonly string[]): Review {
  const index = new ReviewIndex();
  const entries = paths.map((path, number) => openEntry(path, number, index));
  const files = entries.map(({ review }) => review);
  const began = performance.now();
  let stopped = false;
  let endedAt: number | null = null;

  const readAll = async () => {
    for (const entry of entries) {
      if (entry.review === null || stopped) continue;
      const whole = await entry.review.read(() => stopped);
      if (stopped) return;
      entry.verdict = verdictOn(entry.manifest, whole, entry.review.rows);
      if (entry.verdict.kind === 'differs') await entry.review.lookForDamage(() => stopped);
      entry.isRead = true;
    }
    endedAt = performance.now();
  };
  const done = readAll();

  return {
    index,
    files,
    log: reviewLog(index, files),
    state() {
      const shown = entries.map(shownEntry);
      const seconds = ((endedAt ?? performance.now()) - began) / 1_000;
      const isRead = shown.every((file) => file.isRead);
      const bytes = (of: 'bytes' | 'bytesRead') => shown.reduce((sum, file) => sum + file[of], 0);
      const part = bytes('bytes') === 0 ? 1 : bytes('bytesRead') / bytes('bytes');
      return {
        files: shown,
        rows: index.rows,
        newest: index.latest === null ? null : new Date(index.latest),
        isRead,
        rowsPerSecond: seconds === 0 ? 0 : Math.round(index.rows / seconds),
        secondsLeft: isRead ? 0 : seconds < SETTLED ? null : (seconds / part) * (1 - part),
      };
    },
    done,
    async close() {
      stopped = true;
      await done;
      for (const file of files) file?.close();
    },
  };
}

/** What is at a path that is no file, in words. */
const NO_FILES: Readonly<Record<string, string>> = {
  EISDIR: 'a folder',
  ENOTFILE: 'a pipe or a device, not a file',
  EACCES: 'permission denied',
};

function openEntry(path: string, number: number, index: ReviewIndex): Entry {
  const manifest = readManifest(path);
  try {
    const review = new FileReview(path, number, index, 'manifest' in manifest);
    return { path, review, manifest, trouble: [], verdict: { kind: 'reading' }, isRead: false };
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === undefined) throw thrown;
    const found = flaw('file.unreadable', { detail: NO_FILES[code] ?? code });
    return {
      path,
      review: null,
      manifest,
      trouble: [{ ...found, line: null }],
      verdict: { kind: 'none' },
      isRead: true,
    };
  }
}

function shownEntry({ path, review, trouble, verdict, isRead }: Entry): ReviewedFile {
  const { source, problems, format, rows, hasDurations } = review ?? {};
  return {
    name: basename(path),
    path,
    format: format ?? null,
    packing: source?.packing ?? null,
    bytes: source?.size ?? 0,
    bytesRead: isRead ? (source?.size ?? 0) : (source?.bytesRead ?? 0),
    rows: rows ?? 0,
    flawedLines: problems?.lines ?? 0,
    problems: [...trouble, ...(problems?.kept ?? [])],
    hasDurations: hasDurations ?? false,
    isRead,
    verdict,
  };
}
