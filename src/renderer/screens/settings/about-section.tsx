import { useQuery } from '@tanstack/react-query';
import { api } from '../../api.ts';
import { Copyable } from '../../ui/copyable.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/page.tsx';
import { SkeletonLines } from '../../ui/skeletons.tsx';
import { Time } from '../../ui/time.tsx';

/** What this instance is, and where its files lie. */
export function AboutSection() {
  const info = useQuery(api.instance.info.queryOptions());
  return (
    <Panel title="About this instance">
      {info.isError ? (
        <ErrorNotice error={info.error} doing="read the instance" retry={() => void info.refetch()} />
      ) : info.data === undefined ? (
        <SkeletonLines lines={6} />
      ) : (
        <Facts>
          <dt>{info.data.engine === 'sqlite' ? 'File' : 'Database'}</dt>
          <dd>
            <Copyable
              value={info.data.name}
              what={info.data.engine === 'sqlite' ? 'file’s path' : 'address'}
              always
            />
          </dd>
          <dt>Key file</dt>
          <dd>
            {info.data.keyFile === null ? (
              info.data.hasKeys ? (
                'none here; the keys come from the keychain or the environment'
              ) : (
                'none here'
              )
            ) : (
              <Copyable value={info.data.keyFile} what="key file’s path" always />
            )}
            <div className="dimmed">
              Back it up apart from the database: without it no token can be checked.
            </div>
          </dd>
          <dt>Made</dt>
          <dd>
            <Time at={info.data.createdAt} />
          </dd>
          <dt>Acting as</dt>
          <dd>
            <span className="mono">{info.data.actor}</span>
          </dd>
          <dt>Version</dt>
          <dd>Gatehouse {info.data.version}</dd>
          <dt>Instance id</dt>
          <dd>
            <Copyable value={info.data.id} what="instance’s id" />
          </dd>
        </Facts>
      )}
    </Panel>
  );
}
