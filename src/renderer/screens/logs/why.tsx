import { Anchor } from '@mantine/core';
import { IconAlertTriangle, IconBan, IconHourglass } from '@tabler/icons-react';
import { useContext } from 'react';
import { Link } from 'react-router';
import { type Outcome, outcomeOf } from '../../../base/reasons.ts';
import type { LogDetail } from '../../../features/logs/contract.ts';
import { outcomeVariable } from '../../charts/palette.ts';
import { paths } from '../../routes/paths.ts';
import { reasonWords } from '../../ui/reasons.ts';
import classes from './drawer.module.css';
import { NarrowContext } from './filter-value.tsx';

const questions: Record<Exclude<Outcome, 'admitted'>, string> = {
  denied: 'Why was this denied?',
  limited: 'Why was this limited?',
  clientError: 'Why was this refused?',
  serverError: 'Why did this fail?',
};

/** Where an admin mends what the reason names. */
function remedyPlace(reason: string, token: string | null): { to: string; label: string } | null {
  if (reason === 'ip.denied') return { to: paths.ipRules(token ? { token } : {}), label: 'IP Restrictions' };
  if (reason === 'limit.hour' || reason === 'limit.burst')
    return { to: paths.limits(token ? { token } : {}), label: 'Rate Limits' };
  if (reason === 'user.deactivated') return { to: paths.settings('directory'), label: 'the directory' };
  if (/^(token|scope|restriction)\./.test(reason) && token !== null)
    return { to: paths.tokens({ token }), label: 'the token' };
  return null;
}

/** The answer to "why was this denied?": in plain words, with what was compared, and what to do. */
export function Why({ detail }: { detail: LogDetail }) {
  const narrow = useContext(NarrowContext);
  const outcome = outcomeOf(detail.status);
  if (outcome === 'admitted') return null;
  const { reason } = detail;
  const failed = detail.checks.find(({ passed }) => !passed);
  const words =
    reason === null
      ? {
          title: 'Answered so by the API',
          meaning: `The gateway let the request through, and the API behind it answered ${detail.status}.`,
          remedy: 'Look at the answer’s body below for what the API says about it.',
        }
      : reasonWords(reason);
  const place = reason === null ? null : remedyPlace(reason, detail.tokenId);
  const Icon = outcome === 'denied' ? IconBan : outcome === 'limited' ? IconHourglass : IconAlertTriangle;
  return (
    <section
      className={classes.why}
      style={{ '--outcome': `var(${outcomeVariable(outcome)})` } as React.CSSProperties}
      aria-label={questions[outcome]}
    >
      <Icon size={18} aria-hidden />
      <div>
        <h3>{questions[outcome]}</h3>
        <p>
          <strong>{words.title}.</strong> {words.meaning}
        </p>
        {failed !== undefined && failed.detail !== '' && (
          <p className={`mono ${classes.compared}`}>{failed.detail}</p>
        )}
        <p>
          {words.remedy}
          {place !== null && (
            <>
              {' '}
              <Anchor component={Link} to={place.to} underline="always" inherit>
                Open {place.label}
              </Anchor>
            </>
          )}
        </p>
        {reason !== null && narrow !== null && (
          <p>
            <Anchor
              component="button"
              type="button"
              underline="always"
              inherit
              onClick={() => narrow('reason', reason, false)}
            >
              Show only the reason <span className="mono">{reason}</span>
            </Anchor>
          </p>
        )}
      </div>
    </section>
  );
}
