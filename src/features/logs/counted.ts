import { dayOf, idAt, listDays, readDay } from './day-file.ts';

/** How many requests of one token counted from `from` (Unix milliseconds, inclusive) to `to` (exclusive). */
export type CountBetween = (from: number, to: number) => number;

/** Up to so many rows of a token are read at once; of more, each stretch is counted by SQLite. */
const FEW = 200;

/**
 * Gives `take` each token with requests since `since` (Unix milliseconds) that counted against the limits, once for
 * each UTC day: a gateway that starts sets its counters by them. Reads an index only, and holds few rows at a time.
 */
export function readCounted(
  instanceFile: string,
  since: number,
  take: (tokenId: string, count: CountBetween) => void,
): void {
  for (const day of listDays(instanceFile).reverse()) {
    if (day < dayOf(since)) continue;
    readDay(instanceFile, day, (file) => {
      const ofToken = 'FROM request INDEXED BY request_token WHERE token = ? AND id >= ? AND counted = 1';
      const read = file
        .prepare<[number, number], number>(`SELECT id ${ofToken} ORDER BY id LIMIT ${FEW}`)
        .pluck();
      const count = file
        .prepare<[number, number, number], number>(`SELECT count(*) ${ofToken} AND id < ?`)
        .pluck();
      const tokens = file
        .prepare<[], { id: number; token_id: string }>('SELECT id, token_id FROM token')
        .all();
      for (const token of tokens) {
        const few = read.all(token.id, idAt(day, since));
        if (few.length === 0) continue;
        take(token.token_id, (from, to) => {
          const [first, end] = [idAt(day, from), Math.min(idAt(day, to), Number.MAX_SAFE_INTEGER)];
          if (few.length === FEW) return count.get(token.id, first, end) ?? 0;
          return few.reduce((sum, id) => (id >= first && id < end ? sum + 1 : sum), 0);
        });
      }
    });
  }
}
