import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/faults.ts';
import { inTransaction, type WriteDb } from '../../db/open.ts';
import type { Schema } from '../../db/schema.ts';
import { isPostgres } from '../../db/statements.ts';
import { credentialPattern } from '../admins/credential.ts';
import type { InstanceKey } from '../tokens/key.ts';
import type { InstanceKeys } from '../tokens/key-ring.ts';
import { keyInForce } from '../tokens/key-store.ts';
import { secretPattern } from '../tokens/secret.ts';
import { canonicalJson } from './canonical-json.ts';
import { chainKeyOf, type Link, macOf, NO_KEY } from './chain.ts';
import { chainKeys } from './chain-keys.ts';
import type { AuditAction, AuditSubject } from './contract.ts';
import { announce, confirm, keepRetiredKey, readHead } from './head-file.ts';
import { type Settled, settle, settleWithoutHead } from './settle.ts';
import { insertEntry } from './store.ts';

/** One thing that an admin did. What it was before and is after; null: nothing. Never a secret. */
export interface Recorded {
  readonly action: AuditAction;
  readonly subject: AuditSubject;
  readonly before: unknown;
  readonly after: unknown;
}

/** Puts it into the log with the transaction; what is after as it was before is no change, and is not recorded. */
export type Record = (recorded: Recorded) => void;

/** Where every feature records what admins change. */
export interface AuditLog {
  /**
   * Runs `work` in one write transaction. What it records is in the log if, and only if, that transaction commits.
   * @param actor as `os:root`
   */
  change<T>(actor: string, work: (tx: Transaction<Schema>, record: Record) => Promise<T>): Promise<T>;
  /** Records what is no change of the database, as an export; gives the entry's place; null: it was none. */
  note(actor: string, recorded: Recorded): Promise<Link | null>;
  /** Keeps what verifies the entries under this key, which is about to go. */
  keepRetiredKey(key: InstanceKey): void;
}

interface Dependencies {
  readonly db: Kysely<Schema>;
  /** The file beside the key that says where the log ends; null: there is none. */
  readonly head: string | null;
  readonly keys: InstanceKeys;
  readonly clock: Clock;
}

/** The actor of what the log finds out about itself. */
const GATEHOUSE = 'gatehouse';

export function createAuditLog({ db, head, keys, clock }: Dependencies): AuditLog {
  const changed = async <T>(
    actor: string,
    work: (tx: Transaction<Schema>, record: Record) => Promise<T>,
  ): Promise<{ result: T; end: Link | null }> => {
    const { result, end } = await inTransaction(db, async (tx) => {
      const list: Recorded[] = [];
      const answer = await work(tx, (recorded) => {
        if (canonicalJson(recorded.before) !== canonicalJson(recorded.after)) list.push(recorded);
      });
      // Last, so that nothing is announced which a refusal then takes back.
      return { result: answer, end: list.length > 0 ? await append(tx, actor, list) : null };
    });
    if (end?.announced && head !== null) confirmIfPossible(head, end);
    return { result, end: end && { seq: end.seq, mac: end.mac } };
  };

  /**
   * The key that entries are chained with; null: a plain hash does. So it is as well where another machine has replaced
   * the key of the instance, and its copy here is the old one: revoking must not wait for the new copy.
   */
  async function keyAtHand(tx: WriteDb): Promise<InstanceKey | null> {
    if (!keys.present) return null;
    try {
      return await keyInForce(tx, keys);
    } catch (thrown) {
      if (isPostgres(db) && thrown instanceof Fault && thrown.code === 'key.invalid') return null;
      throw thrown;
    }
  }

  async function append(
    tx: WriteDb,
    actor: string,
    list: readonly Recorded[],
  ): Promise<Link & { announced: boolean }> {
    const key = await keyAtHand(tx);
    const chainKey = key && chainKeyOf(key);
    const { base, tail, unfinished, lost } = await settled(tx, key);
    const found = [...(lost ? [headLost(base)] : []), ...(unfinished ? [leftUnfinished(unfinished)] : [])];
    let { mac } = base;
    // Rows that somebody put there keep their numbers; the chain does not go through them.
    let seq = Math.max(base.seq, tail?.seq ?? 0);
    for (const { who, what } of [
      ...found.map((one) => ({ who: GATEHOUSE, what: one })),
      ...list.map((one) => ({ who: actor, what: one })),
    ]) {
      seq += 1;
      const entry = {
        seq,
        at: clock.now(),
        actor: clean(who),
        action: what.action,
        subject: {
          kind: what.subject.kind,
          id: clean(what.subject.id),
          name: clean(what.subject.name),
        },
        before: textOf(what.before),
        after: textOf(what.after),
        keyId: key?.id ?? NO_KEY,
      };
      mac = macOf(chainKey, entry, mac);
      await insertEntry(tx, entry, mac);
    }
    // Who cannot verify what others add has nothing to say of where it ends.
    const announced = head !== null && key !== null;
    if (announced) announce(head, base, { seq, mac });
    return { seq, mac, announced };
  }

  async function settled(tx: WriteDb, key: InstanceKey | null): Promise<Settled> {
    if (head === null || key === null) return settleWithoutHead(tx);
    const known = readHead(head);
    return settle(tx, known, chainKeys(keys.ring, known, isPostgres(tx)));
  }

  return {
    change: async (actor, work) => (await changed(actor, work)).result,
    note: async (actor, recorded) => (await changed(actor, async (_, record) => record(recorded))).end,
    keepRetiredKey(key) {
      if (head !== null) keepRetiredKey(head, key.id, chainKeyOf(key));
    },
  };
}

/** The change is made, whatever becomes of this: the next one finds out that it was. */
function confirmIfPossible(head: string, end: Link): void {
  try {
    confirm(head, end);
  } catch (thrown) {
    console.error('gatehouse: the head of the audit log could not be brought up to date:', thrown);
  }
}

const own: AuditSubject = { kind: 'audit', id: '', name: '' };

const leftUnfinished = (link: Link): Recorded => ({
  action: 'audit.unfinished',
  subject: own,
  before: null,
  after: link,
});

const headLost = (link: Link): Recorded => ({
  action: 'audit.head_lost',
  subject: own,
  before: null,
  after: link,
});

/** A secret can stand in any text that somebody typed or sent, and the database keeps no half of a character. */
const clean = (text: string): string =>
  text
    .toWellFormed()
    .replace(new RegExp(secretPattern, 'g'), 'shf_[removed]')
    .replace(new RegExp(credentialPattern, 'g'), '[removed]');

const textOf = (value: unknown): string | null =>
  value === null || value === undefined ? null : clean(canonicalJson(value));
