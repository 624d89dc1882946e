import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconFilterOff, IconSearch, IconUser } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { auditAction } from '../../../features/audit/contract.ts';
import { api } from '../../api.ts';
import { RangeSelect } from '../../ui/range-select.tsx';
import { actionOptions } from './action-words.ts';
import classes from './audit.module.css';
import { type AuditView, isFiltered, noFilter, type SetAuditView } from './use-audit-view.ts';

/** The filters of the audit log: when, who, what, and to what. */
export function AuditFilters({ view, set }: { view: AuditView; set: SetAuditView }) {
  const actors = useQuery(api.audit.actors.queryOptions());
  const known = actors.data ?? [];
  return (
    <search className={classes.filters} aria-label="Filter the audit log">
      <RangeSelect range={view.range} onChange={(range) => set({ range })} />
      <Select
        aria-label="Who"
        placeholder="Anybody"
        leftSection={<IconUser size={14} />}
        searchable
        clearable
        clearSectionMode="clear"
        clearButtonProps={{ 'aria-label': 'Show anybody' }}
        data={view.actor === null || known.includes(view.actor) ? known : [...known, view.actor]}
        value={view.actor}
        onChange={(actor) => set({ actor })}
        nothingFoundMessage="Nobody of that name is in the log"
      />
      <Select
        aria-label="What"
        placeholder="Anything"
        searchable
        clearable
        clearSectionMode="clear"
        clearButtonProps={{ 'aria-label': 'Show anything' }}
        data={actionOptions}
        value={view.action}
        onChange={(value) => set({ action: auditAction.options.find((action) => action === value) ?? null })}
        nothingFoundMessage="Nothing of that name is recorded"
        maxDropdownHeight={360}
        comboboxProps={{ width: 260, position: 'bottom-start' }}
      />
      <Subject value={view.subject} onChange={(subject) => set({ subject }, { replace: true })} />
      {isFiltered(view) && (
        <Button variant="subtle" leftSection={<IconFilterOff size={14} />} onClick={() => set(noFilter)}>
          Clear filters
        </Button>
      )}
    </search>
  );
}

function Subject({ value, onChange }: { value: string | null; onChange: (value: string | null) => void }) {
  const [typed, setTyped] = useState(value ?? '');
  const sent = useRef(value);
  const search = useDebouncedCallback((text: string) => {
    sent.current = text || null;
    onChange(sent.current);
  }, 200);
  // Changed from elsewhere, as by a link or Back.
  useEffect(() => {
    if (value !== sent.current) setTyped(value ?? '');
    sent.current = value;
  }, [value]);
  return (
    <TextInput
      aria-label="To what"
      placeholder="Name or id"
      leftSection={<IconSearch size={14} />}
      value={typed}
      maxLength={200}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        search(event.currentTarget.value.trim());
      }}
    />
  );
}
