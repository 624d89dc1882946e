import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconCircleX,
  IconHourglass,
  type TablerIcon,
} from '@tabler/icons-react';
import { type Outcome, outcomeOf } from '../../base/reasons.ts';
import { outcomeVariable, outcomeWords } from '../charts/palette.ts';
import classes from './status-badge.module.css';

const icons: Record<Outcome, TablerIcon> = {
  admitted: IconCircleCheck,
  clientError: IconAlertTriangle,
  limited: IconHourglass,
  denied: IconBan,
  serverError: IconCircleX,
};

/** An HTTP status with the word for what came of the request, in its chart's colour: "403 Denied". */
export function OutcomeBadge({ status }: { status: number }) {
  const outcome = outcomeOf(status);
  const Icon = icons[outcome];
  return (
    <span
      className={`${classes.root} ${classes.outcome}`}
      style={{ '--outcome': `var(${outcomeVariable(outcome)})` } as React.CSSProperties}
    >
      <Icon size={13} stroke={2} aria-hidden />
      {status} {outcomeWords[outcome]}
    </span>
  );
}
