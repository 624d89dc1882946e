import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { OUTCOMES } from '../../../base/reasons.ts';
import type { UsageSummary } from '../../../features/usage/contract.ts';
import { api } from '../../api.ts';
import { duration } from '../../charts/durations.ts';
import { outcomeWords } from '../../charts/palette.ts';
import { OutcomeBar } from '../../charts/share-bar.tsx';
import { paths } from '../../routes/paths.ts';
import { DrawerSection } from '../../ui/facts.tsx';
import { count, counted } from '../../ui/format.ts';
import { SkeletonLines } from '../../ui/skeletons.tsx';
import classes from './tokens.module.css';

const ENDPOINTS = 3;

/** What the token asked for in the last 24 hours, and what came of it. */
export function TokenUsage({ tokenId }: { tokenId: string }) {
  const usage = useQuery(api.usage.summary.queryOptions({ input: { tokenId } }));
  return (
    <DrawerSection aria-label="Usage">
      <h3>
        Last 24 hours
        <Anchor fz="sm" component={Link} to={paths.usage({ token: tokenId })}>
          All figures
        </Anchor>
      </h3>
      {usage.data !== undefined ? (
        <Figures summary={usage.data} />
      ) : usage.isError ? (
        <span className="dimmed">The usage could not be read.</span>
      ) : (
        <SkeletonLines lines={2} />
      )}
    </DrawerSection>
  );
}

function Figures({ summary }: { summary: UsageSummary }) {
  const { total, byOutcome, averageMs, p95Ms, byEndpoint } = summary;
  if (total === 0) return <span className="dimmed">No requests.</span>;
  const parts = OUTCOMES.filter((outcome) => byOutcome[outcome] > 0).map(
    (outcome) => `${count(byOutcome[outcome])} ${outcomeWords[outcome].toLowerCase()}`,
  );
  return (
    <div className="tabular">
      <div className={classes.line}>
        <span>
          {counted(total, 'request')}
          {averageMs !== null && <span className="dimmed"> · {duration(averageMs)} on average</span>}
          {p95Ms !== null && <span className="dimmed"> · p95 {duration(p95Ms)}</span>}
        </span>
        <span className="dimmed">{parts.join(' · ')}</span>
      </div>
      <div className={classes.outcomes}>
        <OutcomeBar counts={byOutcome} total={total} />
      </div>
      <ul className={classes.list}>
        {byEndpoint.slice(0, ENDPOINTS).map((one) => (
          <li key={one.endpoint} className={classes.line}>
            <span className={`mono ${classes.denialPath}`} title={one.endpoint}>
              {one.endpoint}
            </span>
            <span>{count(one.count)}</span>
          </li>
        ))}
      </ul>
      {byEndpoint.length > ENDPOINTS && (
        <span className="dimmed">and {counted(byEndpoint.length - ENDPOINTS, 'more endpoint')}</span>
      )}
    </div>
  );
}
