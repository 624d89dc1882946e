import type { ReadDb } from '../../db/open.ts';
import { type Link, macOf, START, sameLink } from './chain.ts';
import type { ChainKeys } from './chain-keys.ts';
import type { Head } from './head-file.ts';
import { chainedEntries, isUsedBefore, lastEntry, lastKeyId } from './store.ts';

/** Where the chain goes on, and what the log's end says of the transaction before. */
export interface Settled {
  readonly base: Link;
  /** The last entry in the database; null: there is none. */
  readonly tail: Link | null;
  /** A transaction that was announced, and is not in the database. */
  readonly unfinished: Link | null;
  /** There are entries, and no head that says how many there should be. */
  readonly lost: boolean;
}

const PAGE = 1_000;

/**
 * What holds, by the head and by the database's end; read under the write lock, as nobody is between announcing and
 * committing then. Other machines write to the same database and have heads of their own, so the head is a lower bound:
 * entries behind it hold as far as they follow from it under the key. Where the database does not fit, the chain goes on
 * from what holds: the gap stays to be seen.
 */
export async function settle(db: ReadDb, { done, next }: Head, keys: ChainKeys): Promise<Settled> {
  const tail = await lastEntry(db);
  const end = tail ?? START;
  if (next !== null && sameLink(next, end)) return { base: end, tail, unfinished: null, lost: false };
  if (done === null) return { base: end, tail, unfinished: next, lost: tail !== null };
  if (sameLink(done, end)) return { base: done, tail, unfinished: next, lost: false };
  if (end.seq < done.seq) return { base: done, tail, unfinished: null, lost: false };
  const { intact, passed } = await follow(db, done, next, keys);
  return { base: intact, tail, unfinished: passed || !sameLink(intact, end) ? null : next, lost: false };
}

/** What a process knows that has no head: all that is there. */
export async function settleWithoutHead(db: ReadDb): Promise<Settled> {
  const tail = await lastEntry(db);
  return { base: tail ?? START, tail, unfinished: null, lost: false };
}

/** The last entry that follows from `done`, and whether `next` was among them. */
async function follow(
  db: ReadDb,
  done: Link,
  next: Link | null,
  keys: ChainKeys,
): Promise<{ intact: Link; passed: boolean }> {
  let [intact, passed] = [done, false];
  const [first] = await chainedEntries(db, done.seq - 1, 1);
  if (done.seq > 0 && (first === undefined || !sameLink({ seq: first.entry.seq, mac: first.mac }, done)))
    return { intact, passed };
  let keyId = await lastKeyId(db, done.seq);
  for (;;) {
    const page = await chainedEntries(db, intact.seq, PAGE);
    for (const { entry, mac } of page) {
      const key = keys.get(entry.keyId);
      if (entry.seq !== intact.seq + 1 || key === undefined || macOf(key, entry, intact.mac) !== mac)
        return { intact, passed };
      if (key !== null && entry.keyId !== keyId) {
        // Nothing goes back to a key: who has stolen one that was replaced since cannot append with it.
        if (await isUsedBefore(db, entry.keyId, entry.seq)) return { intact, passed };
        keyId = entry.keyId;
      }
      intact = { seq: entry.seq, mac };
      if (next !== null && sameLink(next, intact)) passed = true;
    }
    if (page.length < PAGE) return { intact, passed };
  }
}
