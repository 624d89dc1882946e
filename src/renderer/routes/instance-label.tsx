import { Skeleton, Tooltip } from '@mantine/core';
import { IconDatabase } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { api } from '../api.ts';
import classes from './shell.module.css';

/** Which instance this window administers: the file's name; its whole path and the actor on hover. */
export function InstanceLabel() {
  const info = useQuery({ ...api.instance.info.queryOptions(), staleTime: Number.POSITIVE_INFINITY });
  const file = info.data?.file;
  return (
    <Tooltip label={file === undefined ? 'Local instance' : `${file} · acting as ${info.data?.actor}`}>
      <div className={classes.instance}>
        <span className={classes.mark}>
          <IconDatabase size={14} stroke={2} aria-hidden />
        </span>
        {file === undefined ? (
          <Skeleton width={96} height={12} />
        ) : (
          <span className={classes.instanceName}>{file.split(/[\\/]/).at(-1)}</span>
        )}
      </div>
    </Tooltip>
  );
}
