import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { inTransaction } from '../../db/open.ts';
import type { Schema } from '../../db/schema.ts';
import { isPostgres } from '../../db/statements.ts';
import type { InstanceKeys } from '../tokens/key-ring.ts';
import { type Link, macOf, START, sameLink } from './chain.ts';
import { type ChainKeys, chainKeys } from './chain-keys.ts';
import type { AuditVerdict } from './contract.ts';
import { NO_HEAD, readHead } from './head-file.ts';
import { type Settled, settle, settleWithoutHead } from './settle.ts';
import { chainedEntries } from './store.ts';

const PAGE = 1_000;

/**
 * Reads the whole log, oldest first, and finds the first entry that is not as it was recorded.
 * @param headFile null: nothing here says where the log should end
 */
export async function verifyLog(
  db: Kysely<Schema>,
  headFile: string | null,
  keys: InstanceKeys,
): Promise<AuditVerdict> {
  // Only under the write lock is nobody between announcing entries and committing them.
  const { known, settled } = await inTransaction(db, async (tx) => {
    const head = headFile === null ? NO_HEAD : readHead(headFile);
    const known = chainKeys(keys.reload(), head, isPostgres(db));
    return { known, settled: await (headFile === null ? settleWithoutHead(tx) : settle(tx, head, known)) };
  });
  const { intact, unsealed, problem } = await walk(db, settled.base, known);
  const found = problem ?? problemOfEnd(settled, intact);
  return {
    ok: found === null,
    entries: intact.seq,
    unsealed,
    problem: found,
    unfinished: settled.unfinished !== null,
    endKnown: headFile !== null,
    head: settled.base,
  };
}

type Problem = NonNullable<AuditVerdict['problem']>;

/** Up to the end that holds; entries that are recorded meanwhile lie behind it. */
async function walk(
  db: Kysely<Schema>,
  end: Link,
  keys: ChainKeys,
): Promise<{ intact: Link; unsealed: number; problem: Problem | null }> {
  let intact = START;
  let unsealed = 0;
  const bad = (kind: Problem['kind'], seq: number) => ({ intact, unsealed, problem: { kind, seq } });
  // An entry before the first one was never recorded.
  const [first] = await chainedEntries(db, Number.MIN_SAFE_INTEGER, 1);
  if (first !== undefined && first.entry.seq < 1) return bad('added', first.entry.seq);
  while (intact.seq < end.seq) {
    const page = await chainedEntries(db, intact.seq, Math.min(PAGE, end.seq - intact.seq));
    if (page.length === 0) return bad('missing', intact.seq + 1);
    for (const { entry, mac } of page) {
      if (entry.seq !== intact.seq + 1) return bad('missing', intact.seq + 1);
      const key = keys.get(entry.keyId);
      if (key === undefined) return bad('key', entry.seq);
      if (macOf(key, entry, intact.mac) !== mac) return bad('changed', entry.seq);
      intact = { seq: entry.seq, mac };
      unsealed = key === null ? unsealed + 1 : 0;
    }
    await nextTurn();
  }
  return sameLink(intact, end) ? { intact, unsealed, problem: null } : bad('changed', end.seq);
}

function problemOfEnd({ base, lost, tail }: Settled, intact: Link): Problem | null {
  if (lost) return { kind: 'head', seq: intact.seq };
  return tail !== null && tail.seq > base.seq ? { kind: 'added', seq: base.seq + 1 } : null;
}
