import { Text } from '@mantine/core';
import { useState } from 'react';
import type { DraftInput, RehearsalResult } from '../../../gateway/rehearsal/contract.ts';
import { percent } from '../../charts/durations.ts';
import { count, counted } from '../../ui/format.ts';
import { fileTime } from '../../ui/save-file.ts';
import { Breakdown } from './breakdown.tsx';
import classes from './rehearsal.module.css';
import { noteWords, summaryWords } from './result-words.ts';
import { TimelinePanel } from './timeline-panel.tsx';

/** What a rehearsal found: the figures, what to know about them, when, whom, and which requests. */
export function Result({ result, draft }: { result: RehearsalResult; draft: DraftInput }) {
  const [now] = useState(Date.now);
  const notes = noteWords(result, draft, now);
  const changed = result.requests - result.unchanged > 0;
  const fileName = `rehearsal-${fileTime(result.to)}`;
  return (
    <>
      <Text role="status" size="lg" fw={600}>
        {summaryWords(result)}
      </Text>
      <Figures result={result} />
      {notes.length > 0 && (
        <ul className={classes.notes} aria-label="What to know about these figures">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      {changed && (
        <>
          <TimelinePanel result={result} fileName={fileName} />
          <Breakdown result={result} fileName={fileName} />
        </>
      )}
    </>
  );
}

function Figures({ result }: { result: RehearsalResult }) {
  const { requests, wouldDeny, wouldAllow, undecidable, unchanged, otherReason } = result;
  const share = (value: number) => (value === 0 ? 'None' : `${percent(value, requests)} of all`);
  const figures = [
    { label: 'Would be denied', value: wouldDeny, note: share(wouldDeny) },
    { label: 'Would be let in', value: wouldAllow, note: share(wouldAllow) },
    { label: 'Undecidable', value: undecidable, note: undecidable === 0 ? 'None' : 'The log does not say' },
    {
      label: 'Unchanged',
      value: unchanged,
      note:
        otherReason > 0
          ? `And ${count(otherReason)} denied for another reason`
          : `Of ${counted(requests, 'request')}`,
    },
  ];
  return (
    <dl className={`${classes.figures} tabular`}>
      {figures.map(({ label, value, note }) => (
        <div key={label} className={classes.figure}>
          <dt>{label}</dt>
          <dd>
            <span className={classes.value}>{count(value)}</span>
            <span className={classes.note}>{note}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
