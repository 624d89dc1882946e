import { Anchor, Group } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { Link } from 'react-router';
import { api } from '../../api.ts';
import { paths } from '../../routes/paths.ts';
import { useTestRequest } from '../../routes/use-test-request.ts';
import { DrawerSection } from '../../ui/facts.tsx';
import { OutcomeBadge } from '../../ui/outcome-badge.tsx';
import { SkeletonLines } from '../../ui/skeletons.tsx';
import { Time } from '../../ui/time.tsx';
import classes from './tokens.module.css';

const SHOWN = 6;
/** The answers that are the gateway's refusals rather than the API's. */
const denials = ['401', '403', '429'];

/** The latest requests with this token that were refused, newest first. */
export function TokenDenials({ tokenId }: { tokenId: string }) {
  const { open: openTest } = useTestRequest();
  const pages = useQueries({
    queries: denials.map((status) =>
      api.logs.query.queryOptions({ input: { filter: { tokenId, status }, limit: SHOWN } }),
    ),
  });
  const pending = pages.some((page) => page.isPending);
  const failed = pages.some((page) => page.isError);
  const rows = pages
    .flatMap((page) => page.data?.items ?? [])
    .sort((a, b) => b.time.getTime() - a.time.getTime())
    .slice(0, SHOWN);
  return (
    <DrawerSection>
      <h3>
        Last denials
        <Group gap="md">
          <Anchor fz="sm" component="button" type="button" onClick={() => openTest({ token: tokenId })}>
            Test a request
          </Anchor>
          <Anchor fz="sm" component={Link} to={paths.logs({ token: tokenId, status: '4xx' })}>
            All in the logs
          </Anchor>
        </Group>
      </h3>
      {failed ? (
        <span className="dimmed">The log could not be read.</span>
      ) : pending ? (
        <SkeletonLines lines={3} />
      ) : rows.length === 0 ? (
        <span className="dimmed">None in the logs that are kept.</span>
      ) : (
        <ul className={classes.list}>
          {rows.map((row) => (
            <li key={row.requestId}>
              <Link className={classes.denial} to={paths.logs({ token: tokenId, request: row.requestId })}>
                <OutcomeBadge status={row.status} />
                <span className="mono">{row.reason}</span>
                <span className={`mono dimmed ${classes.denialPath}`}>
                  {row.method} {row.path}
                </span>
                <Time at={row.time} />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </DrawerSection>
  );
}
