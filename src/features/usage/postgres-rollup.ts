import type { ClientBase } from 'pg';
import { cursorsFrom } from './cell-id.ts';
import type { Counted } from './cell-sums.ts';
import { type Asked, type Asking, addRequests, type CellRow, type Writing } from './writing.ts';

/** Adds requests to the roll-ups, in the caller's transaction. Others that do so wait for its lock. */
export const addToRollupsLater = (client: ClientBase, requests: readonly Counted[]): Promise<void> =>
  writeLater(client, addRequests(requests));

/** Writes roll-ups in the caller's transaction, which has the lock of the logs. */
export async function writeLater<T>(client: ClientBase, writing: Writing<T>): Promise<T> {
  const answers = answersOf(client);
  let step = writing.next();
  while (!step.done) step = writing.next(await answer(answers, step.value));
  return step.value;
}

type Answers = { readonly [Name in keyof Asked]: (of: Asked[Name]['of']) => Promise<Asked[Name]['answer']> };

const answer = (answers: Answers, { name, of }: Asking): Promise<unknown> =>
  (answers[name] as (of: unknown) => Promise<unknown>)(of);

const answersOf = (client: ClientBase): Answers => {
  const rowsOf = async <Row extends object>(name: string, text: string, values: unknown[] = []) =>
    (await client.query<Row>({ name: `roll-ups: ${name}`, text, values })).rows;
  return {
    async numbers(texts) {
      const find = () =>
        rowsOf<{ id: number; text: string }>('labels', 'SELECT id, text FROM label WHERE text = ANY($1)', [
          texts,
        ]);
      const known = await find();
      if (known.length === texts.length) return numbersFrom(known);
      await rowsOf(
        'new labels',
        'INSERT INTO label (text) SELECT * FROM unnest($1::text[]) ON CONFLICT DO NOTHING',
        [texts.filter((text) => !known.some((one) => one.text === text))],
      );
      return numbersFrom(await find());
    },
    async cells(ids) {
      const rows = await rowsOf<CellRow>(
        'cells',
        'SELECT id, count, volume, detail FROM rollup WHERE id = ANY($1)',
        [ids],
      );
      return new Map(rows.map((row) => [row.id, row]));
    },
    between: (stretches) =>
      rowsOf<CellRow>(
        'between',
        `SELECT r.* FROM unnest($1::bigint[], $2::bigint[]) s (first, beyond)
         JOIN rollup r ON r.id >= s.first AND r.id < s.beyond ORDER BY r.id`,
        [stretches.map(({ first }) => first), stretches.map(({ end }) => end)],
      ),
    async first(stretches) {
      const rows = await rowsOf<{ id: number }>(
        'first',
        `SELECT r.id FROM unnest($1::bigint[], $2::bigint[]) s (first, beyond), LATERAL
           (SELECT id FROM rollup WHERE id >= s.first AND id < s.beyond ORDER BY id LIMIT 1) r`,
        [stretches.map(({ first }) => first), stretches.map(({ end }) => end)],
      );
      return rows.map(({ id }) => id);
    },
    cursors: async () =>
      cursorsFrom(
        await rowsOf<{ grain: number; cell: number }>('cursors', 'SELECT grain, cell FROM rolled_up'),
      ),
    async move({ grain, to }) {
      await rowsOf(
        'move',
        `INSERT INTO rolled_up (grain, cell) VALUES ($1, $2) ON CONFLICT (grain) DO UPDATE SET cell = excluded.cell`,
        [grain, to],
      );
    },
    async put(cells) {
      await rowsOf(
        'put',
        `INSERT INTO rollup (id, count, volume, detail)
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bytea[])
         ON CONFLICT (id) DO UPDATE
         SET count = excluded.count, volume = excluded.volume, detail = excluded.detail`,
        [
          cells.map(({ id }) => id),
          cells.map(({ count }) => count),
          cells.map(({ volume }) => volume),
          cells.map(({ detail }) => detail),
        ],
      );
    },
    async use(uses) {
      await rowsOf(
        'use',
        `INSERT INTO endpoint_use AS known (token, endpoint, day)
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])
         ON CONFLICT (token, endpoint) DO UPDATE SET day = excluded.day WHERE known.day < excluded.day`,
        [uses.map(({ token }) => token), uses.map(({ endpoint }) => endpoint), uses.map(({ day }) => day)],
      );
    },
    async trials(trials) {
      await rowsOf(
        'trials',
        `INSERT INTO trial_refusal (bucket, token_id, refused_by, count)
         SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[])
         ON CONFLICT (bucket, token_id, refused_by) DO UPDATE SET count = trial_refusal.count + excluded.count`,
        [
          trials.map(({ bucket }) => bucket),
          trials.map(({ tokenId }) => tokenId),
          trials.map(({ refusedBy }) => refusedBy),
          trials.map(({ count }) => count),
        ],
      );
    },
  };
};

const numbersFrom = (labels: readonly { id: number; text: string }[]): Map<string, number> =>
  new Map(labels.map(({ id, text }) => [text, id]));
