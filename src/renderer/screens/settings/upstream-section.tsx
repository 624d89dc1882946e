import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { CatalogueSource, UpstreamSettings } from '../../../features/upstream/contract.ts';
import { useGateway } from '../../routes/use-gateway.ts';
import { Copyable } from '../../ui/copyable.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Facts } from '../../ui/facts.tsx';
import { count } from '../../ui/format.ts';
import { Panel } from '../../ui/page.tsx';
import { SkeletonLines } from '../../ui/skeletons.tsx';
import { UpstreamForm } from './upstream-form.tsx';
import { useUpstream } from './use-upstream.ts';

/** The API behind the gateway: the built-in one, or one of the owner's own. */
export function UpstreamSection() {
  const { view, save, clear } = useUpstream();
  const [editing, setEditing] = useState(false);
  return (
    <Panel
      title="Upstream"
      about="The API that requests are passed on to once they are let in. Its OpenAPI document is the catalogue of endpoints."
    >
      {view.isError ? (
        <ErrorNotice error={view.error} doing="read the upstream" retry={() => void view.refetch()} />
      ) : view.data === undefined ? (
        <SkeletonLines />
      ) : editing ? (
        <UpstreamForm settings={view.data.settings} save={save} onDone={() => setEditing(false)} />
      ) : (
        <Stack>
          <UpstreamFacts settings={view.data.settings} catalogue={view.data.catalogue} />
          <Group gap="xs">
            <Button variant="default" onClick={() => setEditing(true)}>
              {view.data.settings === null ? 'Pass requests on to an API…' : 'Change the upstream…'}
            </Button>
            {view.data.settings !== null && (
              <Button variant="default" loading={clear.isPending} onClick={() => clear.mutate(undefined)}>
                Back to the built-in API
              </Button>
            )}
          </Group>
        </Stack>
      )}
    </Panel>
  );
}

function UpstreamFacts({
  settings,
  catalogue,
}: {
  settings: UpstreamSettings | null;
  catalogue: CatalogueSource;
}) {
  const { status } = useGateway();
  const running = status.data !== undefined && status.data.state !== 'stopped';
  const differs =
    (settings?.url ?? null) !== catalogue.url || (settings?.openApiFile ?? null) !== catalogue.openApiFile;
  const waits = running && differs;
  return (
    <>
      <Facts>
        <dt>API</dt>
        <dd>
          {settings === null ? (
            'The built-in Shifts API over this instance’s own data'
          ) : (
            <Copyable value={settings.url} what="URL of the API" always />
          )}
        </dd>
        {settings !== null && (
          <>
            <dt>OpenAPI document</dt>
            <dd>
              <Copyable value={settings.openApiFile} what="path of the document" longest={80} />
            </dd>
            <dt>Timeouts</dt>
            <dd>
              {settings.connectSeconds} s to connect, {settings.headersSeconds} s until the answer begins,{' '}
              {settings.idleSeconds} s without a piece of it
            </dd>
            {settings.allowAddresses.length > 0 && (
              <>
                <dt>Addresses allowed</dt>
                <dd className="mono">{settings.allowAddresses.join(', ')}</dd>
              </>
            )}
          </>
        )}
        <dt>{waits ? 'Catalogue in force' : 'Catalogue'}</dt>
        <dd className="tabular">
          {count(catalogue.endpoints)} endpoints in {count(catalogue.tags)} tags
        </dd>
      </Facts>
      {waits && (
        <Text c="dimmed" role="status">
          {catalogue.url === null
            ? 'The gateway that runs answers from the built-in Shifts API.'
            : `The gateway that runs passes on to ${catalogue.url}, described by ${catalogue.openApiFile}.`}{' '}
          What is set here is in force when it starts next.
        </Text>
      )}
      {settings !== null && (
        <Text c="dimmed" fz="xs">
          The API is told who asks in X-Gatehouse headers and never sees a token. Restrictions to business
          units, locations and groups are for it to enforce.
        </Text>
      )}
    </>
  );
}
