import type { SqliteFile } from '../../db/open.ts';
import type { Columns, Places, Summary } from './columns/block.ts';
import type { DayColumns } from './columns/day.ts';
import { decodeColumns, decodeCounts, decodeDurations, decodePlaces } from './columns/encode.ts';
import type { Group } from './columns/group.ts';

/** What the file of a day has, as columns/ speaks of it. Numbers of groups, addresses and blocks begin with 0. */

export const readGroups = (file: SqliteFile, from: number): Group[] =>
  file
    .prepare<[number], Omit<Group, 'counted'> & { counted: 0 | 1 }>(
      `SELECT token_id AS tokenId, token_name AS tokenName, user_id AS userId, user_name AS userName, endpoint, tag,
         method, status, reason, counted
       FROM request_group WHERE id >= ? ORDER BY id`,
    )
    .all(from)
    .map((group) => ({ ...group, counted: group.counted === 1 }));

export const readAddresses = (file: SqliteFile, from: number): string[] =>
  file.prepare<[number], string>('SELECT address FROM address WHERE id >= ? ORDER BY id').pluck().all(from);

export const readSummaries = (file: SqliteFile, from: number): Summary[] =>
  file
    .prepare<[number], Pick<Summary, 'id' | 'rows' | 'first' | 'last'> & { counts: Uint8Array }>(
      'SELECT id, rows, first, last, counts FROM block WHERE id >= ? ORDER BY id',
    )
    .all(from)
    .map(({ counts, ...block }) => ({ ...block, ...decodeCounts(counts) }));

/** The columns of a block but for its durations. */
export const readStored = (file: SqliteFile, id: number): Omit<Columns, 'durations'> =>
  decodeColumns(bytesOf(file, 'block_columns', id));

export function readColumns(file: SqliteFile, id: number): Columns {
  return {
    ...readStored(file, id),
    get durations() {
      return readDurations(file, id);
    },
  };
}

export const readDurations = (file: SqliteFile, id: number): Float64Array =>
  decodeDurations(bytesOf(file, 'block_durations', id));

export const readPlaces = (file: SqliteFile, id: number): Places =>
  decodePlaces(bytesOf(file, 'block_places', id));

/** A day as its file has it, but for what its numbers stand for. */
export const dayColumnsOf = (file: SqliteFile, day: number): DayColumns => ({
  day,
  groups: [],
  addresses: [],
  blocks: readSummaries(file, 0),
  columns: ({ id }) => readColumns(file, id),
  places: ({ id }) => readPlaces(file, id),
});

function bytesOf(file: SqliteFile, table: keyof ReturnType<typeof prepareReads>, id: number): Uint8Array {
  const bytes = statementsOf(file)[table].get(id);
  if (bytes === undefined) throw new Error(`the log's file ${file.name} has no block ${id} in ${table}`);
  return bytes;
}

/** Prepared once for a file: they are asked for block after block. */
const prepared = new WeakMap<SqliteFile, ReturnType<typeof prepareReads>>();

const prepareReads = (file: SqliteFile) => ({
  block_columns: file.prepare<[number], Uint8Array>('SELECT bytes FROM block_columns WHERE id = ?').pluck(),
  block_durations: file
    .prepare<[number], Uint8Array>('SELECT bytes FROM block_durations WHERE id = ?')
    .pluck(),
  block_places: file.prepare<[number], Uint8Array>('SELECT bytes FROM block_places WHERE id = ?').pluck(),
});

function statementsOf(file: SqliteFile): ReturnType<typeof prepareReads> {
  const known = prepared.get(file) ?? prepareReads(file);
  prepared.set(file, known);
  return known;
}
