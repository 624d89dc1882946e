import { count, exactTime } from '../../ui/format.ts';
import { type Change, changeOf } from '../tokens/changes/changes.ts';

const NONE = 'none';
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const fields: Record<string, string> = {
  openApiFile: 'OpenAPI document',
  expiresAt: 'Expires',
  revokedAt: 'Revoked',
  countsSince: 'Counts since',
  maxLifetimeDays: 'Longest life in days',
  url: 'URL',
  mac: 'MAC',
  seq: 'Entry',
  whole: 'To its end',
};

const values: Record<string, string> = {
  'read-only': 'Read-Only',
  full: 'Full Access',
  limited: 'Limited',
  write: 'read and write',
};

/** "requestsPerHour" as "Requests per hour". */
function fieldWords(key: string): string {
  const known = fields[key];
  if (known !== undefined) return known;
  const spaced = key.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** A place's name by its id. */
type NameOf = (id: string) => string;

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function lineOf(value: unknown, nameOf: NameOf): string {
  if (value === null || value === undefined || value === '') return NONE;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return count(value);
  if (typeof value === 'string') {
    if (INSTANT.test(value)) return exactTime(new Date(value));
    return ID.test(value) ? nameOf(value) : (values[value] ?? value);
  }
  if (!isObject(value)) return JSON.stringify(value);
  const { prefix, validUntil, target, kind, access, name } = value;
  if (typeof prefix === 'string')
    return `${prefix}…${validUntil === null ? '' : `, valid until ${lineOf(validUntil, nameOf)}`}`;
  if (typeof target === 'string')
    return `${target}${kind === 'tag' ? ' (all of them)' : ''}: ${lineOf(access, nameOf)}`;
  if (typeof name === 'string') return name;
  return Object.entries(value)
    .map(([key, item]) => `${fieldWords(key)}: ${lineOf(item, nameOf)}`)
    .join(', ');
}

/** Every value inside, by the way to it in words, as lines; no line for what is empty. */
function linesOf(value: unknown, nameOf: NameOf): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const visit = (item: unknown, path: readonly string[]): void => {
    if (isObject(item)) {
      for (const [key, inner] of Object.entries(item)) visit(inner, [...path, fieldWords(key)]);
      return;
    }
    const list = Array.isArray(item) ? item : [item];
    found.set(
      path.join(' · ') || 'Value',
      list.map((one) => lineOf(one, nameOf)).filter((line) => line !== NONE),
    );
  };
  if (value !== null && value !== undefined) visit(value, []);
  return found;
}

/** What differs between the two values of an entry, field by field. @param nameOf a place's name by its id */
export function differences(before: unknown, after: unknown, nameOf: NameOf): Change[] {
  const [was, is] = [linesOf(before, nameOf), linesOf(after, nameOf)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((field) => {
    const [old, now] = [was.get(field), is.get(field)];
    const or = (lines: string[] | undefined, other: string[] | undefined) =>
      lines === undefined || other === undefined || lines.length > 0 ? (lines ?? []) : [NONE];
    return changeOf(field, or(old, now), or(now, old)) ?? [];
  });
}

/** More lines than these are only counted. */
const FEW = 3;

const joined = (lines: readonly string[]): string =>
  lines.length > FEW ? count(lines.length) : lines.join(', ');

/** The differences in a line, for a table. */
export const inShort = (changes: readonly Change[]): string =>
  changes.map((change) => `${change.field}: ${valuesOf(change)}`).join('; ');

function valuesOf({ removed, added, kept }: Change): string {
  if (removed.length > 0 && added.length > 0) return `${joined(removed)} → ${joined(added)}`;
  // Of a list; what is new or gone as a whole has no sign.
  const sign = kept === 0 ? '' : added.length > 0 ? '+ ' : '− ';
  return sign + joined([...removed, ...added]);
}
