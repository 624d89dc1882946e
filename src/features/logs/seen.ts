import { listDays, readDay } from './day-file.ts';
import type { RecordHead } from './parse-record.ts';
import { dayOf } from './row-ids.ts';

/** An address from which a token was used, and let in by the IP rules. */
export interface SeenAddress {
  address: string;
  tokenId: string;
  tokenName: string;
  requests: number;
  /** Unix milliseconds. */
  lastSeen: number;
}

/**
 * From where tokens were used since `since` (Unix milliseconds; the requests are counted from the start of its UTC
 * day), those last seen first. The name of a token is the one it had then.
 * @param tokenIds of these tokens alone
 */
export function addressesSeen(
  instanceFile: string,
  since: number,
  tokenIds?: readonly string[],
): SeenAddress[] {
  const these = tokenIds === undefined ? '' : 'AND token_id IN (SELECT value FROM json_each(?))';
  const given = tokenIds === undefined ? [] : [JSON.stringify(tokenIds)];
  const seen = new Map<string, SeenAddress>();
  for (const day of listDays(instanceFile)) {
    if (day < dayOf(since)) break;
    const rows = readDay(instanceFile, day, (file) =>
      file
        .prepare<[number, ...string[]], SeenAddress>(
          `SELECT address, token_id AS tokenId, token_name AS tokenName, requests, last_seen AS lastSeen
           FROM seen WHERE last_seen >= ? ${these}`,
        )
        .all(since, ...given),
    );
    for (const row of rows ?? []) {
      const key = `${row.tokenId} ${row.address}`;
      const known = seen.get(key);
      // Newest day first, so the name and the time that are known stand.
      if (known) known.requests += row.requests;
      else seen.set(key, row);
    }
  }
  return [...seen.values()].sort((a, b) => b.lastSeen - a.lastSeen);
}

/** Whether the address and the credential were good, so that the client would notice a change of the IP rules. */
const wasLetIn = ({ counted, reason }: RecordHead) =>
  counted || reason === 'limit.hour' || reason === 'limit.burst';

/** What records add to the addresses that their tokens were seen from. */
export function sumUpSeen(entries: readonly { readonly record: RecordHead }[]): SeenAddress[] {
  const seen = new Map<string, SeenAddress>();
  for (const { record } of entries) {
    const { tokenId, address, tokenName, time } = record;
    if (tokenId === null || !wasLetIn(record)) continue;
    const key = `${tokenId} ${address}`;
    const known = seen.get(key);
    if (known) {
      known.requests++;
      known.tokenName = tokenName ?? '';
      known.lastSeen = Math.max(known.lastSeen, time);
    } else seen.set(key, { address, tokenId, tokenName: tokenName ?? '', requests: 1, lastSeen: time });
  }
  return [...seen.values()];
}
