import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { inTransaction } from '../../db/open.ts';
import type { Schema } from '../../db/schema.ts';
import type { InstanceKeys } from '../tokens/key-ring.ts';
import { chainKeyOf, type Link, macOf, START, sameLink } from './chain.ts';
import type { AuditVerdict } from './contract.ts';
import { type Head, readHead, type Settled, settle } from './head-file.ts';
import { chainedEntries, lastEntry } from './store.ts';

const PAGE = 1_000;

/** Reads the whole log, oldest first, and finds the first entry that is not as it was recorded. */
export async function verifyLog(
  db: Kysely<Schema>,
  headFile: string,
  keys: InstanceKeys,
): Promise<AuditVerdict> {
  // Only under the write lock is nobody between announcing entries and committing them.
  const { head, settled, tail } = await inTransaction(db, async (tx) => {
    const head = readHead(headFile);
    const tail = await lastEntry(tx);
    return { head, tail, settled: settle(head, tail) };
  });
  const { intact, problem } = await walk(db, settled.base, chainKeys(keys, head));
  const found = problem ?? problemOfEnd(settled, tail, intact);
  return {
    ok: found === null,
    entries: intact.seq,
    problem: found,
    unfinished: settled.unfinished !== null,
    head: settled.base,
  };
}

type Problem = NonNullable<AuditVerdict['problem']>;

/** Up to the end that the head knows; entries that are recorded meanwhile lie behind it. */
async function walk(
  db: Kysely<Schema>,
  end: Link,
  keyOf: (id: string) => Buffer | null,
): Promise<{ intact: Link; problem: Problem | null }> {
  let intact = START;
  const bad = (kind: Problem['kind'], seq: number) => ({ intact, problem: { kind, seq } });
  // An entry before the first one was never recorded.
  const [first] = await chainedEntries(db, Number.MIN_SAFE_INTEGER, 1);
  if (first !== undefined && first.entry.seq < 1) return bad('added', first.entry.seq);
  while (intact.seq < end.seq) {
    const page = await chainedEntries(db, intact.seq, Math.min(PAGE, end.seq - intact.seq));
    if (page.length === 0) return bad('missing', intact.seq + 1);
    for (const { entry, mac } of page) {
      if (entry.seq !== intact.seq + 1) return bad('missing', intact.seq + 1);
      const key = keyOf(entry.keyId);
      if (key === null) return bad('key', entry.seq);
      if (macOf(key, entry, intact.mac) !== mac) return bad('changed', entry.seq);
      intact = { seq: entry.seq, mac };
    }
    await nextTurn();
  }
  return sameLink(intact, end) ? { intact, problem: null } : bad('changed', end.seq);
}

function problemOfEnd({ base, lost }: Settled, tail: Link | null, intact: Link): Problem | null {
  if (lost) return { kind: 'head', seq: intact.seq };
  return tail !== null && tail.seq > base.seq ? { kind: 'added', seq: base.seq + 1 } : null;
}

/** The chain's key by the id of the instance's: of one that is in force, or of one that was retired. */
function chainKeys(keys: InstanceKeys, head: Head): (id: string) => Buffer | null {
  const known = new Map(head.retiredKeys);
  for (const key of keys.reload().keys) known.set(key.id, chainKeyOf(key));
  return (id) => known.get(id) ?? null;
}
