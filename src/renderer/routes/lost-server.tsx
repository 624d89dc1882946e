import { IconAlertTriangle } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import classes from './shell.module.css';
import { useGateway } from './use-gateway.ts';

/** Says that the server or its database stopped answering, until it answers again; then all that is on screen is asked for anew. */
export function LostServer() {
  const queries = useQueryClient();
  const { lost } = useGateway();
  const was = useRef<typeof lost>(null);
  useEffect(() => {
    if (was.current !== null && lost === null) void queries.invalidateQueries();
    was.current = lost;
  }, [lost, queries]);
  return (
    <div className={classes.lost} role="status">
      {lost !== null && (
        <>
          <IconAlertTriangle size={16} aria-hidden />
          The {lost} does not answer · trying again
        </>
      )}
    </div>
  );
}
