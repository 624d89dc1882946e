import { implement } from '@orpc/server';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/faults.ts';
import type { ReadDb, WriteDb } from '../../db/open.ts';
import { policyChanged } from '../../db/policy-change.ts';
import type { Reader } from '../../db/reader.ts';
import type { Schema } from '../../db/schema.ts';
import { answerFaults, type CallContext } from '../answer-faults.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { AuditAction, AuditSubject } from '../audit/contract.ts';
import { tokenNames } from '../tokens/store.ts';
import {
  type CountersQuery,
  type CountersShown,
  type LimitsShown,
  limits,
  type limitTarget,
} from './contract.ts';
import { readCounters, standingsOf } from './counters.ts';
import { createLimiter } from './limiter.ts';
import { lastReset, markReset } from './resets.ts';
import { type CountedLog, seedLimiter } from './seed.ts';
import {
  type Limits,
  type LimitTable,
  limitsOf,
  NEW_INSTANCE_LIMIT,
  putLimit,
  readLimits,
  removeLimit,
  type Trials,
} from './store.ts';

export interface LimitsDeps {
  readonly db: Kysely<Schema>;
  /** Reads what seeds counters. */
  readonly reader: Pick<Reader, 'read'>;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly log: CountedLog;
  /** What trials would have refused in the last 24 hours, by token and by whose limit. */
  refusedByTrials(): Promise<{
    since: number;
    refusals: { tokenId: string; owner: 'instance' | 'token'; count: number }[];
  }>;
}

const os = implement(limits).$context<CallContext>().use(answerFaults);

const tableOf = (trial: boolean): LimitTable => (trial ? 'rate_limit_trial' : 'rate_limit');

/**
 * The default limit of every token, overrides of single tokens, the ceiling of the whole instance, a trial beside each;
 * and how the counters stand.
 */
export const createLimitsService = (deps: LimitsDeps) => {
  const { db, clock, audit } = deps;
  const change = (
    target: z.infer<typeof limitTarget>,
    { actor }: CallContext,
    action: AuditAction,
    work: (tx: WriteDb, row: string) => Promise<void>,
  ): Promise<LimitsShown> =>
    audit.change(actor, async (tx, record) => {
      const row = await rowOf(tx, target);
      const before = standingOf(await read(tx), row);
      await work(tx, row);
      await policyChanged(tx, 'limits', '', clock.now());
      record({
        action,
        subject: await subjectOf(tx, row),
        before,
        after: standingOf(await read(tx), row),
      });
      return show(tx);
    });

  return os.router({
    show: os.show.handler(() => show(db)),
    set: os.set.handler(({ input, context }) =>
      change(input.target, context, 'limit.set', (tx, row) =>
        putLimit(tx, tableOf(input.trial), row, input.limit),
      ),
    ),
    clear: os.clear.handler(({ input, context }) =>
      change(input.target, context, 'limit.clear', async (tx, row) => {
        if (row === 'default' && !input.trial) await putLimit(tx, 'rate_limit', row, NEW_INSTANCE_LIMIT);
        else await removeLimit(tx, tableOf(input.trial), row);
      }),
    ),
    adopt: os.adopt.handler(({ input, context }) =>
      change(input.target, context, 'limit.adopt', async (tx, row) => {
        const trial = limitIn((await read(tx)).trials, row);
        if (trial === null) throw new Fault('trial.none');
        await putLimit(tx, 'rate_limit', row, trial);
        await removeLimit(tx, 'rate_limit_trial', row);
      }),
    ),
    refusedByTrials: os.refusedByTrials.handler(async () => {
      const { since, refusals } = await deps.refusedByTrials();
      const names = await namesOf(db);
      const tokens = [...Map.groupBy(refusals, ({ tokenId }) => tokenId)].map(([tokenId, own]) => {
        const by = (owner: 'instance' | 'token') => own.find((one) => one.owner === owner)?.count ?? 0;
        return {
          tokenId,
          tokenName: names.get(tokenId) ?? '',
          byInstance: by('instance'),
          byToken: by('token'),
        };
      });
      return {
        since: new Date(since),
        total: refusals.reduce((sum, { count }) => sum + count, 0),
        tokens: tokens.sort((a, b) => b.byInstance + b.byToken - a.byInstance - a.byToken),
      };
    }),
    counters: os.counters.handler(async ({ input }) => countersByLog(deps, input, await namesOf(db))),
    reset: os.reset.handler(({ input: { target }, context }) =>
      audit.change(context.actor, async (tx, record) => {
        const row = await rowOf(tx, target);
        const before = { countsSince: await lastReset(tx, row) };
        await markReset(tx, row, clock);
        const at = new Date(clock.now());
        record({
          action: 'counters.reset',
          subject: await subjectOf(tx, row),
          before,
          after: { countsSince: at },
        });
        return { at };
      }),
    ),
  });
};

/** Where no gateway can be asked, the counters are set as one that starts would set them. */
async function countersByLog(
  { reader, clock, log }: LimitsDeps,
  query: CountersQuery,
  names: ReadonlyMap<string, string>,
): Promise<CountersShown> {
  if (query.tokenId !== undefined && !names.has(query.tokenId))
    throw new Fault('id.unknown', { kind: 'token', id: query.tokenId });
  const limiter = createLimiter();
  const found = await reader.read(readLimits());
  const question = (tokenId: string) => ({
    tokenId,
    token: found.tokens.get(tokenId) ?? found.default,
    instance: found.instance,
  });
  await seedLimiter(limiter, { read: reader.read, log, clock, question });
  const nameOf = (tokenId: string) => names.get(tokenId) ?? null;
  return {
    source: 'log',
    ...(await readCounters({ counters: standingsOf(limiter), clock, question, nameOf }, query)),
  };
}

async function read(db: ReadDb): Promise<Limits> {
  const [rows, trials] = [
    await db.selectFrom('rate_limit').selectAll().execute(),
    await db.selectFrom('rate_limit_trial').selectAll().execute(),
  ];
  return limitsOf(rows, trials);
}

const limitIn = (trials: Trials, row: string) =>
  row === 'default'
    ? trials.default
    : row === 'instance'
      ? trials.instance
      : (trials.tokens.get(row) ?? null);

/** What is in force and what is on trial for one target; null: nothing of its own. */
const standingOf = (found: Limits, row: string) => ({
  limit: limitIn(found, row),
  trial: limitIn(found.trials, row),
});

/** By token where it is about one, so that all that was done to it is found. */
const subjectOf = async (db: ReadDb, row: string): Promise<AuditSubject> =>
  row === 'default' || row === 'instance'
    ? { kind: 'limit', id: row, name: '' }
    : { kind: 'token', id: row, name: (await tokenNames(db, [row])).get(row) ?? '' };

const namesOf = async (db: ReadDb): Promise<Map<string, string>> =>
  new Map((await db.selectFrom('token').select(['id', 'name']).execute()).map(({ id, name }) => [id, name]));

async function show(db: ReadDb): Promise<LimitsShown> {
  const found = await read(db);
  const names = await tokenNames(db, [...new Set([...found.tokens.keys(), ...found.trials.tokens.keys()])]);
  const collator = new Intl.Collator('en');
  const named = (tokens: Limits['tokens']) =>
    [...tokens]
      .map(([tokenId, limit]) => ({ tokenId, tokenName: names.get(tokenId) ?? '', limit }))
      .sort((a, b) => collator.compare(a.tokenName, b.tokenName));
  return {
    default: found.default,
    instance: found.instance,
    tokens: named(found.tokens),
    trials: { ...found.trials, tokens: named(found.trials.tokens) },
  };
}

/** The `target` column of the row; refused with `id.unknown` where there is no such token. */
async function rowOf(db: ReadDb, target: z.infer<typeof limitTarget>): Promise<string> {
  if (target.kind !== 'token') return target.kind;
  await tokenNames(db, [target.tokenId]);
  return target.tokenId;
}
