import { IconCircleCheck, IconCircleDashed, IconCircleX } from '@tabler/icons-react';
import type { LogDetail } from '../../../features/logs/contract.ts';
import classes from './drawer.module.css';
import { RuleOwner } from './rule-owner.tsx';

type CheckName = LogDetail['checks'][number]['check'];

/** The checks in the order in which the gateway makes them. */
const order: CheckName[] = [
  'credential',
  'address',
  'limits',
  'endpoint',
  'scope',
  'request',
  'restrictions',
];

const words: Record<CheckName, { title: string; asks: string }> = {
  credential: { title: 'Credential', asks: 'Is it a known token that may be used?' },
  address: { title: 'Address', asks: 'May it call from there?' },
  limits: { title: 'Limits', asks: 'Is there room within the limits?' },
  endpoint: { title: 'Endpoint', asks: 'Does the API have it?' },
  scope: { title: 'Scope', asks: 'Does the token cover it?' },
  request: { title: 'Request', asks: 'Are its parameters and body valid?' },
  upstream: { title: 'Upstream', asks: 'Did the API behind the gateway answer?' },
  restrictions: { title: 'Restrictions', asks: 'Does it stay within the token’s places?' },
};

interface DecisionProps {
  checks: LogDetail['checks'];
  /** Whose own rules a check may have gone by. */
  tokenId: string | null;
  /** What is said of the checks that follow those that all passed; without it they are left out. */
  rest?: string;
}

/** The decision, check by check; after one that failed the others were not made. */
export function Decision({ checks, tokenId, rest }: DecisionProps) {
  const stopped = checks.some(({ passed }) => !passed);
  const made = new Set(checks.map(({ check }) => check));
  const open = stopped ? 'not reached' : rest;
  const notMade = open === undefined ? [] : order.filter((check) => !made.has(check));
  return (
    <ol className={classes.checks}>
      {checks.map(({ check, passed, detail, owner }) => (
        <li key={check} data-failed={!passed || undefined}>
          {passed ? (
            <IconCircleCheck size={16} color="var(--gh-good)" aria-hidden />
          ) : (
            <IconCircleX size={16} color="var(--gh-bad)" aria-hidden />
          )}
          <div>
            <div className={classes.checkTitle}>
              <span title={words[check].asks}>{words[check].title}</span>
              <span className={passed ? classes.passed : classes.failed}>{passed ? 'passed' : 'failed'}</span>
              {owner !== undefined && <RuleOwner check={check} owner={owner} tokenId={tokenId} />}
            </div>
            {detail !== '' && <div className={`mono ${classes.compared}`}>{detail}</div>}
          </div>
        </li>
      ))}
      {notMade.map((check) => (
        <li key={check} className="dimmed">
          <IconCircleDashed size={16} aria-hidden />
          <div className={classes.checkTitle}>
            <span title={words[check].asks}>{words[check].title}</span>
            <span>{open}</span>
          </div>
        </li>
      ))}
    </ol>
  );
}
