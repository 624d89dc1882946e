import { Menu, Skeleton, Tooltip } from '@mantine/core';
import { IconCheck, IconChevronDown, IconLock, IconSettings } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import type { ShownConnection } from '../../main/connections/contract.ts';
import { api, inDesktop } from '../api.ts';
import { ConnectionMark } from '../ui/connection-mark.tsx';
import { databaseName } from '../ui/database-name.ts';
import { notifyError } from '../ui/error-notice.tsx';
import { paths } from './paths.ts';
import classes from './shell.module.css';
import { useConnections, useSwitch } from './use-connections.ts';
import { useReviewedFiles } from './use-review.ts';

/** Which instance this window administers; in the desktop app, the way to another. */
export const InstanceLabel = () => (inDesktop ? <ConnectionSwitcher /> : <InstanceName />);

const useInfo = () => useQuery({ ...api.instance.info.queryOptions(), staleTime: Number.POSITIVE_INFINITY });

/** The file's name; its whole path and the actor on hover. */
function InstanceName() {
  const { data } = useInfo();
  return (
    <Tooltip label={data === undefined ? 'Local instance' : `${data.name} · acting as ${data.actor}`}>
      <div className={classes.instance}>
        <ConnectionMark colour="blue" />
        {data === undefined ? (
          <Skeleton width={96} height={12} />
        ) : (
          <span className={classes.instanceName}>{data.name.split(/[\\/]/).at(-1)}</span>
        )}
      </div>
    </Tooltip>
  );
}

function ConnectionSwitcher() {
  const { data } = useConnections();
  const info = useInfo().data;
  const [shown, setShown] = useState(false);
  const change = useSwitch((error) => notifyError(error, 'switch to that connection'));
  const files = useReviewedFiles();
  const current = data?.find((connection) => connection.current) ?? opened(files);
  if (data === undefined || current === undefined) return <Skeleton width={132} height={24} />;
  return (
    <Menu position="bottom-start" width={300} opened={shown} onChange={setShown}>
      <Tooltip
        disabled={shown}
        label={info === undefined ? current.name : `${info.name} · acting as ${info.actor}`}
      >
        <Menu.Target>
          <button type="button" className={classes.switcher} aria-label={`Connection: ${current.name}`}>
            <ConnectionMark colour={current.colour} />
            <span className={classes.instanceName}>{current.name}</span>
            {current.isProtected && <IconLock size={14} aria-label="protected" />}
            <IconChevronDown size={14} aria-hidden />
          </button>
        </Menu.Target>
      </Tooltip>
      <Menu.Dropdown>
        <Menu.Label>Connections</Menu.Label>
        {data.map((connection) => (
          <Menu.Item
            key={connection.id}
            leftSection={<ConnectionMark colour={connection.colour} />}
            rightSection={connection.current ? <IconCheck size={14} aria-label="current" /> : null}
            disabled={change.isPending}
            onClick={() => {
              if (!connection.current) change.mutate({ id: connection.id });
            }}
          >
            {connection.name}
            <div className="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {stateOf(connection)}
            </div>
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          component={Link}
          to={paths.settings('connections')}
          leftSection={<IconSettings size={14} />}
        >
          Manage connections
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Opened files, as one shows what is current. */
const opened = (files: readonly string[] | null | undefined) =>
  files ? { name: 'Opened files', colour: 'slate' as const, isProtected: false } : undefined;

function leadsTo(target: ShownConnection['target']): string | undefined {
  if (target.kind === 'local') return target.file.split(/[\\/]/).at(-1);
  return target.kind === 'server'
    ? `${target.user} at ${new URL(target.url).host}`
    : `${target.account} at ${databaseName(target)}`;
}

const stateOf = ({ target, gateway, isProtected }: ShownConnection) =>
  [
    leadsTo(target),
    gateway === null ? null : `gateway at ${gateway.replace('http://', '')}`,
    isProtected ? 'protected' : null,
  ]
    .filter((part) => part !== null)
    .join(' · ');
