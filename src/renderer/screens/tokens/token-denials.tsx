import { Anchor, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { term, withValue } from '../../../base/log-query/build.ts';
import { writeQuery } from '../../../base/log-query/write.ts';
import { api } from '../../api.ts';
import { paths } from '../../routes/paths.ts';
import { useTestRequest } from '../../routes/use-test-request.ts';
import { DrawerSection } from '../../ui/facts.tsx';
import { OutcomeBadge } from '../../ui/outcome-badge.tsx';
import { SkeletonLines } from '../../ui/skeletons.tsx';
import { Time } from '../../ui/time.tsx';
import classes from './tokens.module.css';

const SHOWN = 6;

/** The requests that the gateway refused, rather than the API. */
const denialsOf = (tokenId: string): string =>
  writeQuery(withValue([term('token', tokenId), term('outcome', 'denied')], 'outcome', 'limited'));

/** The latest requests with this token that were refused, newest first. */
export function TokenDenials({ tokenId }: { tokenId: string }) {
  const { open: openTest } = useTestRequest();
  const query = denialsOf(tokenId);
  const page = useQuery(api.logs.query.queryOptions({ input: { filter: { query }, limit: SHOWN } }));
  const rows = page.data?.items ?? [];
  return (
    <DrawerSection>
      <h3>
        Last denials
        <Group gap="md">
          <Anchor fz="sm" component="button" type="button" onClick={() => openTest({ token: tokenId })}>
            Test a request
          </Anchor>
          <Anchor fz="sm" component={Link} to={paths.logs({ q: query })}>
            All in the logs
          </Anchor>
        </Group>
      </h3>
      {page.isError ? (
        <span className="dimmed">The log could not be read.</span>
      ) : page.isPending ? (
        <SkeletonLines lines={3} />
      ) : rows.length === 0 ? (
        <span className="dimmed">None in the logs that are kept.</span>
      ) : (
        <ul className={classes.list}>
          {rows.map((row) => (
            <li key={row.requestId}>
              <Link className={classes.denial} to={paths.logs({ q: query, request: row.requestId })}>
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
