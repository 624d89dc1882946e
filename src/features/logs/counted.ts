import { dayOf, idAt, listDays, readDay, timeOfRow } from './day-file.ts';

/**
 * The requests since `since` (Unix milliseconds) that counted against the limits, oldest first within a token and a
 * day: a gateway that starts sets its counters by them. Reads an index only.
 */
export function countedSince(instanceFile: string, since: number): { tokenId: string; time: number }[] {
  const counted: { tokenId: string; time: number }[] = [];
  for (const day of listDays(instanceFile).reverse()) {
    if (day < dayOf(since)) continue;
    readDay(instanceFile, day, (file) => {
      const rows = file
        .prepare<[number, number], number>(
          'SELECT id FROM request INDEXED BY request_token WHERE token = ? AND id >= ? AND counted = 1 ORDER BY id',
        )
        .pluck();
      const tokens = file
        .prepare<[], { id: number; token_id: string }>('SELECT id, token_id FROM token')
        .all();
      for (const token of tokens)
        for (const id of rows.iterate(token.id, idAt(day, since)))
          counted.push({ tokenId: token.token_id, time: timeOfRow(day, id) });
    });
  }
  return counted;
}
