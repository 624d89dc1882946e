import { type Operation, withoutBody } from './operation.ts';
import { each, findBy, page } from './pages.ts';
import { oneOf } from './restrict.ts';
import { listOf, paging, place } from './shapes.ts';
import type { Visible } from './visible.ts';

interface Row {
  id: string;
  name: string;
  sortKey: null;
}

function listing(
  described: { operation: string; path: string; tag: string; summary: string },
  table: 'business_unit' | 'location' | 'user_group',
  seen: (visible: Visible) => ReadonlySet<string> | null,
): Operation {
  return withoutBody(
    { ...described, method: 'GET', status: 200, answer: listOf(place) },
    paging,
    function* ({ query, visible }) {
      const ids = seen(visible);
      const conditions = ids === null ? [] : [oneOf('id', ids)];
      const select = `SELECT id, name, NULL AS "sortKey" FROM ${table}`;
      const find = findBy<Row>(select, conditions);
      return yield* page(
        find,
        { column: null },
        query,
        each(({ id, name }) => ({ id, name })),
      );
    },
  );
}

export const placeOperations: readonly Operation[] = [
  listing(
    {
      operation: 'listBusinessUnits',
      path: '/v1/business-units',
      tag: 'business-units',
      summary: 'Lists business units',
    },
    'business_unit',
    (visible) => visible.businessUnits,
  ),
  listing(
    { operation: 'listLocations', path: '/v1/locations', tag: 'locations', summary: 'Lists locations' },
    'location',
    (visible) => visible.locations,
  ),
  listing(
    {
      operation: 'listUserGroups',
      path: '/v1/user-groups',
      tag: 'user-groups',
      summary: 'Lists user groups',
    },
    'user_group',
    (visible) => visible.userGroups,
  ),
];
