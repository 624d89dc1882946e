import { Anchor } from '@mantine/core';
import { IconBan, IconCircleCheck } from '@tabler/icons-react';
import { Fragment } from 'react';
import { Link } from 'react-router';
import type { Explanation } from '../../../gateway/contract.ts';
import { paths } from '../../routes/paths.ts';
import { Facts } from '../../ui/facts.tsx';
import { reasonWords } from '../../ui/reasons.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { secondsTime } from '../../ui/zone.ts';
import { Decision } from '../logs/decision.tsx';
import classes from './test-request.module.css';

const counters: Record<Explanation['countedBy'], string> = {
  gateway: 'the running gateway’s',
  log: 'the log’s last hour, as no gateway runs in this process',
};

/** What would be decided: the verdict, the checks behind it, and what the client would be told. */
export function Answer({ answer, at }: { answer: Explanation; at: Date }) {
  const { reason } = answer;
  const words = reason === null ? null : reasonWords(reason);
  return (
    <>
      <div role="status" className={classes.verdict}>
        {answer.verdict === 'allow' ? (
          <StatusBadge tone="good" icon={IconCircleCheck} word="Let in" />
        ) : (
          <StatusBadge tone="bad" icon={IconBan} word="Denied" />
        )}
        {answer.status !== null && (
          <span className="mono">
            {answer.status} {answer.code}
          </span>
        )}
        <span className="dimmed tabular">
          at {secondsTime(at, 'local')}, policy version {answer.policyVersion}
        </span>
      </div>
      {words === null ? (
        <p>It would be passed on; what the API answers is not known.</p>
      ) : (
        <p>
          <strong>{words.title}.</strong> {words.remedy}
        </p>
      )}
      <section aria-label="Checks">
        <h3>Checks</h3>
        <Decision checks={answer.checks} tokenId={answer.tokenId} rest="left to the API" />
      </section>
      <section aria-label="Compared">
        <h3>Compared</h3>
        <Facts names={104}>
          <dt>Token</dt>
          <dd>
            {answer.tokenId === null ? (
              <span className="dimmed">none, or not a known one</span>
            ) : (
              <>
                <Anchor
                  component={Link}
                  to={paths.tokens({ token: answer.tokenId })}
                  underline="always"
                  inherit
                >
                  {answer.tokenName ?? answer.tokenId}
                </Anchor>
                {answer.userName !== null && ` of ${answer.userName}`}
              </>
            )}
          </dd>
          <dt>Address</dt>
          <dd className="mono">{answer.address}</dd>
          <dt>Endpoint</dt>
          <dd>
            {answer.endpoint === null ? (
              <span className="dimmed">none matched</span>
            ) : (
              <span className="mono">{answer.endpoint}</span>
            )}
          </dd>
          {answer.restrictions !== null && (
            <>
              <dt>Restrictions</dt>
              <dd>{answer.restrictions}</dd>
            </>
          )}
          <dt>Counters</dt>
          <dd>{counters[answer.countedBy]}</dd>
        </Facts>
      </section>
      <section aria-label="Headers of the answer">
        <h3>Headers of the answer</h3>
        <div className="mono">
          <Facts names={184}>
            {answer.headers.map(([name, value], at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a header can stand twice, and the list never changes
              <Fragment key={at}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </Fragment>
            ))}
          </Facts>
        </div>
      </section>
    </>
  );
}
