import type { Restrictions } from '../../../../base/shapes.ts';
import type { EndpointGrant, Token } from '../../../../features/tokens/contract.ts';
import { exactTime } from '../../../ui/format.ts';
import { scopes } from '../scope-word.tsx';

/** What of a token can be changed. */
export type Changeable = Pick<Token, 'name' | 'note' | 'scope' | 'endpoints' | 'restrictions' | 'expiresAt'>;

/** One field before and after: the lines that go, the ones that come, and those that stay. */
export interface Change {
  field: string;
  removed: string[];
  added: string[];
  kept: number;
}

const placeKinds: [keyof Restrictions, string][] = [
  ['businessUnits', 'Business units'],
  ['locations', 'Locations'],
  ['userGroups', 'User groups'],
];

export const expiryWords = (expiresAt: Date | null): string =>
  expiresAt === null ? 'never' : exactTime(expiresAt);

/** A field whose value is a list of lines; null where nothing changes. */
export function changeOf(field: string, before: string[], after: string[]): Change | null {
  const removed = before.filter((line) => !after.includes(line));
  const added = after.filter((line) => !before.includes(line));
  if (removed.length === 0 && added.length === 0) return null;
  return { field, removed, added, kept: after.length - added.length };
}

/** What saving `after` would change of the token, field by field. @param nameOf a place's name by its id */
export function changesOf(
  before: Changeable,
  after: Partial<Changeable>,
  nameOf: (id: string) => string,
): Change[] {
  const { name, note, scope, endpoints, restrictions, expiresAt } = { ...before, ...after };
  const one = (field: string, was: string, is: string) => changeOf(field, [was || 'none'], [is || 'none']);
  return [
    one('Name', before.name, name),
    one('Scope', scopes[before.scope].word, scopes[scope].word),
    changeOf('Endpoints', endpointLines(before), endpointLines({ scope, endpoints })),
    ...placeKinds.map(([kind, field]) =>
      changeOf(field, placeLines(before.restrictions[kind], nameOf), placeLines(restrictions[kind], nameOf)),
    ),
    one('Expires', expiryWords(before.expiresAt), expiryWords(expiresAt)),
    one('Note', before.note, note),
  ].filter((change) => change !== null);
}

const grantLine = ({ kind, target, access }: EndpointGrant): string =>
  `${target}${kind === 'tag' ? ' (all of them)' : ''}: ${access === 'write' ? 'read and write' : 'read'}`;

const endpointLines = ({ scope, endpoints }: Pick<Token, 'scope' | 'endpoints'>): string[] =>
  scope === 'limited' ? endpoints.map(grantLine) : ['all'];

const placeLines = (ids: readonly string[], nameOf: (id: string) => string): string[] =>
  ids.length === 0 ? ['all'] : ids.map(nameOf);
