import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { api } from '../../api.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page, PageHeader, Panel } from '../../ui/page.tsx';
import { SkeletonLines } from '../../ui/skeletons.tsx';
import { Ceiling } from './ceiling.tsx';
import { Counters } from './counters.tsx';
import { DefaultLimit } from './default-limit.tsx';
import classes from './limits.module.css';
import { Overrides } from './overrides.tsx';
import { SlidingWindow } from './sliding-window.tsx';
import { Trials } from './trials.tsx';

/** Rate Limits: the default, the ceiling of the whole instance, and the tokens with limits of their own. */
export function LimitsScreen() {
  const limits = useQuery(api.limits.show.queryOptions());
  const [query, setQuery] = useSearchParams();
  const editing = query.get('token');
  const edit = (tokenId: string | null) =>
    setQuery(tokenId === null ? {} : { token: tokenId }, { replace: true });
  return (
    <Page>
      <PageHeader
        title="Rate Limits"
        about="How much each token may ask for, so that one integration cannot slow down the others."
      />
      {limits.isError ? (
        <ErrorNotice error={limits.error} doing="load the limits" retry={() => void limits.refetch()} />
      ) : (
        <div className={classes.columns}>
          <div className={classes.stack}>
            <Panel
              title="Default for every token"
              about="Counts for each token on its own, unless the token has a limit of its own."
            >
              {limits.data === undefined ? <SkeletonLines /> : <DefaultLimit limit={limits.data.default} />}
            </Panel>
            <Panel
              title="Ceiling for the whole instance"
              about="Counts all tokens together, beside their own limits. Optional."
            >
              {limits.data === undefined ? <SkeletonLines /> : <Ceiling limit={limits.data.instance} />}
            </Panel>
            <Overrides limits={limits.data} editing={editing} onEdit={edit} />
            {limits.data !== undefined && <Trials limits={limits.data} />}
            <Counters />
          </div>
          <SlidingWindow limit={limits.data?.default} />
        </div>
      )}
    </Page>
  );
}
