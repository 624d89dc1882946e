import type { SqliteFile } from '../../db/open.ts';
import type { StoredCell } from './cell.ts';
import { cursorsFrom, type Grain } from './cell-id.ts';
import type { Counted } from './cell-sums.ts';
import {
  type Asked,
  type Asking,
  addRequests,
  type CellRow,
  rollUp,
  type Stretch,
  type Writing,
} from './writing.ts';

/**
 * Adds requests to the roll-ups, in the caller's transaction. The more requests at once, the less each costs: a cell is
 * written once for all of them.
 */
export const addToRollups = (file: SqliteFile, requests: readonly Counted[]): void =>
  writeNow(file, addRequests(requests));

/** Finer cells that are read in one transaction. */
const CELLS = 5_000;

/** Makes the coarser cells of all periods that end at `before` or earlier; as many transactions as it takes. */
export function rollUpBefore(file: SqliteFile, before: number): void {
  while (!file.transaction(() => writeNow(file, rollUp(before, CELLS))).immediate());
}

export function writeNow<T>(file: SqliteFile, writing: Writing<T>): T {
  const answers = answersOf(file);
  let step = writing.next();
  while (!step.done) step = writing.next(answer(answers, step.value));
  return step.value;
}

type Answers = { readonly [Name in keyof Asked]: (of: Asked[Name]['of']) => Asked[Name]['answer'] };

const answer = (answers: Answers, { name, of }: Asking): unknown =>
  (answers[name] as (of: unknown) => unknown)(of);

const answersOf = (file: SqliteFile): Answers => ({
  numbers(texts) {
    const find = file.prepare<[string], number>('SELECT id FROM label WHERE text = ?').pluck();
    const add = file.prepare<[string], number>('INSERT INTO label (text) VALUES (?) RETURNING id').pluck();
    return new Map(texts.map((text) => [text, find.get(text) ?? (add.get(text) as number)]));
  },
  cells(ids) {
    const find = file.prepare<[number], StoredCell>('SELECT count, volume, detail FROM rollup WHERE id = ?');
    const found = new Map<number, StoredCell>();
    for (const id of ids) {
      const cell = find.get(id);
      if (cell) found.set(id, cell);
    }
    return found;
  },
  between(stretches) {
    const find = file.prepare<[number, number], CellRow>(
      'SELECT id, count, volume, detail FROM rollup WHERE id >= ? AND id < ? ORDER BY id',
    );
    return stretches.flatMap(({ first, end }) => find.all(first, end));
  },
  first(stretches) {
    const find = file
      .prepare<[number, number], number | null>('SELECT min(id) FROM rollup WHERE id >= ? AND id < ?')
      .pluck();
    return stretches.flatMap(({ first, end }: Stretch) => find.get(first, end) ?? []);
  },
  cursors: () =>
    cursorsFrom(file.prepare<[], { grain: Grain; cell: number }>('SELECT grain, cell FROM rolled_up').all()),
  move({ grain, to }) {
    file.prepare('INSERT OR REPLACE INTO rolled_up (grain, cell) VALUES (?, ?)').run(grain, to);
  },
  put(cells) {
    const put = file.prepare('INSERT OR REPLACE INTO rollup (id, count, volume, detail) VALUES (?, ?, ?, ?)');
    for (const { id, count, volume, detail } of cells) put.run(id, count, volume, detail);
  },
  use(uses) {
    const use = file.prepare(
      `INSERT INTO endpoint_use (token, endpoint, day) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET day = excluded.day WHERE day < excluded.day`,
    );
    for (const { token, endpoint, day } of uses) use.run(token, endpoint, day);
  },
  trials(trials) {
    const add = file.prepare(
      `INSERT INTO trial_refusal (bucket, token_id, refused_by, count) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count`,
    );
    for (const { bucket, tokenId, refusedBy, count } of trials) add.run(bucket, tokenId, refusedBy, count);
  },
});
