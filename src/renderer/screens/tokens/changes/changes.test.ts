import { expect, test } from 'vitest';
import { unrestricted } from '../../../../base/shapes.ts';
import { type Changeable, changesOf } from './changes.ts';

const before: Changeable = {
  name: 'Payroll',
  note: '',
  scope: 'full',
  endpoints: [],
  restrictions: unrestricted,
  expiresAt: null,
};
const nameOf = (id: string) => `place ${id}`;

test('what stays as it is, is no change', () => {
  expect(changesOf(before, {}, nameOf)).toEqual([]);
  expect(changesOf(before, { name: 'Payroll', restrictions: { ...unrestricted } }, nameOf)).toEqual([]);
  const expiresAt = new Date(5);
  expect(changesOf({ ...before, expiresAt }, { expiresAt: new Date(5) }, nameOf)).toEqual([]);
});

test('a narrowed scope shows the endpoints that come in place of all', () => {
  const endpoints = [
    { kind: 'tag', target: 'shifts', access: 'write' },
    { kind: 'operation', target: 'listReports', access: 'read' },
  ] as Changeable['endpoints'];
  expect(changesOf(before, { scope: 'limited', endpoints }, nameOf)).toEqual([
    { field: 'Scope', removed: ['Full Access'], added: ['Limited'], kept: 0 },
    {
      field: 'Endpoints',
      removed: ['all'],
      added: ['shifts (all of them): read and write', 'listReports: read'],
      kept: 0,
    },
  ]);
});

test('of a list only what goes and what comes is shown, and how many stay', () => {
  const of = (locations: string[]) => ({ ...unrestricted, locations });
  const was = { ...before, restrictions: of(['a', 'b', 'c']) };
  expect(changesOf(was, { restrictions: of(['b', 'c', 'd']) }, nameOf)).toEqual([
    { field: 'Locations', removed: ['place a'], added: ['place d'], kept: 2 },
  ]);
});
