import { IconInfoCircle } from '@tabler/icons-react';
import { dayAndTime, type Zone, zoneName } from '../../ui/zone.ts';
import classes from './usage.module.css';
import type { Usage } from './use-usage.ts';

/** The period that the figures really cover, and why it is a little longer than what was asked for. */
export function CoveredRange({ usage, zone }: { usage: Usage; zone: Zone }) {
  const { from, to, grainMinutes } = usage.summary;
  const widened = from.getTime() < usage.asked.from.getTime() || to.getTime() > usage.asked.to.getTime();
  const { previous } = usage.summary;
  const unit = grainMinutes === 1 ? 'whole minutes' : 'whole quarter hours';
  return (
    <p className={classes.widened}>
      <IconInfoCircle size={14} aria-hidden />
      <span>
        {dayAndTime(from, zone)} – {dayAndTime(to, zone)} ({zoneName(zone)})
        {widened && `, widened to ${unit}`}
        {previous && `; compared with ${dayAndTime(previous.from, zone)} – ${dayAndTime(previous.to, zone)}`}
      </span>
    </p>
  );
}
