import { ActionIcon, Checkbox, Input, SegmentedControl, Text } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Endpoint } from '../../../../features/endpoints/contract.ts';
import type { EndpointGrant } from '../../../../features/tokens/contract.ts';
import { api } from '../../../api.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { counted } from '../../../ui/format.ts';
import { SkeletonLines } from '../../../ui/skeletons.tsx';
import classes from './generate.module.css';
import { accessOf, withAccess } from './grants.ts';

interface EndpointPickerProps {
  value: EndpointGrant[];
  error: string | undefined;
  onChange: (grants: EndpointGrant[]) => void;
}

/** The catalogue: whole tags, or single operations, each for reading or for reading and writing. */
export function EndpointPicker({ value, error, onChange }: EndpointPickerProps) {
  const catalogue = useQuery({ ...api.endpoints.list.queryOptions(), staleTime: Number.POSITIVE_INFINITY });
  if (catalogue.isError) {
    return (
      <ErrorNotice
        error={catalogue.error}
        doing="load the endpoints"
        retry={() => void catalogue.refetch()}
      />
    );
  }
  const byTag = Object.entries(Object.groupBy(catalogue.data ?? [], (endpoint) => endpoint.tag));
  return (
    <Input.Wrapper
      label="Endpoints"
      labelElement="div"
      error={error}
      description={`${counted(value.length, 'entry', 'entries')} chosen. A whole group includes endpoints that are added to it later.`}
      inputWrapperOrder={['label', 'description', 'error', 'input']}
    >
      <div className={classes.picker}>
        {catalogue.isPending ? (
          <div style={{ padding: 12 }}>
            <SkeletonLines lines={6} />
          </div>
        ) : (
          byTag.map(([tag, endpoints]) => (
            <TagRows key={tag} tag={tag} endpoints={endpoints ?? []} grants={value} onChange={onChange} />
          ))
        )}
      </div>
    </Input.Wrapper>
  );
}

interface TagRowsProps {
  tag: string;
  endpoints: Endpoint[];
  grants: EndpointGrant[];
  onChange: (grants: EndpointGrant[]) => void;
}

function TagRows({ tag, endpoints, grants, onChange }: TagRowsProps) {
  const [open, setOpen] = useState(false);
  const key = { kind: 'tag', target: tag } as const;
  const whole = accessOf(grants, key);
  const single = endpoints.filter(
    ({ operation }) => accessOf(grants, { kind: 'operation', target: operation }) !== null,
  ).length;
  const canWrite = endpoints.some((endpoint) => endpoint.writes);
  return (
    <>
      <div className={classes.tag}>
        <ActionIcon
          size={24}
          aria-expanded={open}
          aria-label={`${open ? 'Hide' : 'Show'} the endpoints of ${tag}`}
          onClick={() => setOpen(!open)}
        >
          {open ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
        </ActionIcon>
        <Checkbox
          className={classes.grow ?? ''}
          size="xs"
          checked={whole !== null}
          indeterminate={whole === null && single > 0}
          label={
            <>
              <b>{tag}</b>{' '}
              <Text span c="dimmed">
                {whole === null && single > 0
                  ? `${single} of ${counted(endpoints.length, 'endpoint')}`
                  : counted(endpoints.length, 'endpoint')}
              </Text>
            </>
          }
          onChange={(event) => onChange(withAccess(grants, key, event.currentTarget.checked ? 'read' : null))}
        />
        {whole !== null && canWrite && (
          <SegmentedControl
            aria-label={`Access to ${tag}`}
            value={whole}
            onChange={(access) => onChange(withAccess(grants, key, access === 'write' ? 'write' : 'read'))}
            data={[
              { value: 'read', label: 'Read' },
              { value: 'write', label: 'Read and write' },
            ]}
          />
        )}
      </div>
      {open &&
        endpoints.map((endpoint) => (
          <OperationRow
            key={endpoint.operation}
            endpoint={endpoint}
            whole={whole}
            grants={grants}
            onChange={onChange}
          />
        ))}
    </>
  );
}

interface OperationRowProps {
  endpoint: Endpoint;
  whole: EndpointGrant['access'] | null;
  grants: EndpointGrant[];
  onChange: (grants: EndpointGrant[]) => void;
}

function OperationRow({ endpoint, whole, grants, onChange }: OperationRowProps) {
  const key = { kind: 'operation', target: endpoint.operation } as const;
  const covered = whole !== null && (whole === 'write' || !endpoint.writes);
  const own = accessOf(grants, key) !== null;
  // Granting a writing operation for reading alone would grant nothing: its method is its access.
  const access = endpoint.writes ? 'write' : 'read';
  return (
    <div className={classes.operation}>
      <Checkbox
        className={classes.grow ?? ''}
        size="xs"
        checked={covered || own}
        disabled={covered}
        label={
          <>
            <span className={`mono ${classes.method}`}>{endpoint.method}</span>
            <span className="mono">{endpoint.path}</span>{' '}
            <Text span c="dimmed" fz="xs">
              {endpoint.summary}
            </Text>
          </>
        }
        onChange={(event) => onChange(withAccess(grants, key, event.currentTarget.checked ? access : null))}
      />
      <Text fz="xs" c="dimmed">
        {endpoint.writes ? 'writes' : 'reads'}
      </Text>
    </div>
  );
}
