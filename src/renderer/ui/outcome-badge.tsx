import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconCircleX,
  IconHourglass,
  type TablerIcon,
} from '@tabler/icons-react';
import { type Outcome, outcomeOf } from '../../base/reasons.ts';
import { outcomeWords } from '../charts/palette.ts';
import { StatusBadge, type Tone } from './status-badge.tsx';

const looks: Record<Outcome, { tone: Tone; icon: TablerIcon }> = {
  admitted: { tone: 'good', icon: IconCircleCheck },
  clientError: { tone: 'warn', icon: IconAlertTriangle },
  limited: { tone: 'warn', icon: IconHourglass },
  denied: { tone: 'bad', icon: IconBan },
  serverError: { tone: 'bad', icon: IconCircleX },
};

/** An HTTP status with the word for what came of the request: "403 Denied". */
export function OutcomeBadge({ status }: { status: number }) {
  const outcome = outcomeOf(status);
  return <StatusBadge {...looks[outcome]} word={`${status} ${outcomeWords[outcome]}`} />;
}
