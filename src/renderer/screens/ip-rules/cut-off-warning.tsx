import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { CutOff } from '../../../features/ip-rules/contract.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { counted } from '../../ui/format.ts';
import { Time } from '../../ui/time.tsx';
import classes from './ip-rules.module.css';

interface CutOffWarningProps {
  /** Undefined while it is not known. */
  cutOff: CutOff[] | undefined;
  error: unknown;
}

/** The clients, seen in the last 7 days, that a change would cut off. Nothing where it cuts off nobody. */
export function CutOffWarning({ cutOff, error }: CutOffWarningProps) {
  if (error !== null) return <ErrorNotice error={error} doing="find out whom this would cut off" />;
  if (cutOff === undefined || cutOff.length === 0) return null;
  return (
    <Alert
      role="alert"
      variant="light"
      color="yellow"
      icon={<IconAlertTriangle size={18} />}
      title={`This cuts off ${counted(cutOff.length, 'client')} seen in the last 7 days`}
    >
      <ul className={classes.cut}>
        {cutOff.map((client) => (
          <li key={`${client.address} ${client.tokenId}`}>
            <span className="mono">{client.address}</span>
            <span dir="auto">{client.tokenName}</span>
            <span className="dimmed">
              {counted(client.requests, 'request')}, last <Time at={client.lastSeen} />
            </span>
          </li>
        ))}
      </ul>
    </Alert>
  );
}
