import { implement } from '@orpc/server';
import type { Kysely } from 'kysely';
import { type Clock, DAY } from '../../base/clock.ts';
import type { ReadDb } from '../../db/open.ts';
import type { Schema } from '../../db/schema.ts';
import { answerFaults, type CallContext } from '../answer-faults.ts';
import { listUsers } from '../directory/store.ts';
import type { Catalogue } from '../endpoints/catalogue.ts';
import { listRules } from '../ip-rules/store.ts';
import { suggestRanges } from '../ip-rules/suggest-ranges.ts';
import type { SeenAddress } from '../logs/seen.ts';
import { type FindingCode, findingCode, type Token, tokens } from './contract.ts';
import { readTokenPolicy } from './expiry.ts';
import { lookOver } from './hygiene.ts';
import { queryTokens, requireToken } from './store.ts';

/** Addresses seen in this time are what a token's ranges are made from. */
const LOOK_BACK = 30 * DAY;
const PAGE = 1_000;

/** What hygiene asks of the log and its roll-ups. */
export interface HygieneSources {
  /** From where tokens were used since then (Unix milliseconds). */
  addressesSeen(since: number): SeenAddress[];
  /** The endpoints (as "GET /v1/shifts/{id}") that each token used, by its id, as far back as roll-ups go. */
  endpointsUsed(): ReadonlyMap<string, readonly string[]>;
  /** Operations that need no token. */
  openOperations(db: ReadDb): Promise<ReadonlySet<string>>;
}

interface Dependencies {
  db: Kysely<Schema>;
  clock: Clock;
  catalogue: (db: ReadDb) => Promise<Pick<Catalogue, 'endpoints'>>;
  sources: HygieneSources;
}

const os = implement(tokens).$context<CallContext>().use(answerFaults);

/** Looks over the active tokens, or one of them. */
export const createHygieneService = ({ db, clock, catalogue, sources }: Dependencies) =>
  os.hygiene.handler(async ({ input: { code, tokenId, offset, limit } }) => {
    const now = clock.now();
    // First: they bring in what is left of the journal, last-used included.
    const seen = Map.groupBy(sources.addressesSeen(now - LOOK_BACK), (client) => client.tokenId);
    const used = sources.endpointsUsed();
    const found =
      tokenId === undefined ? await activeTokens(db, now) : [await requireToken(db, tokenId, now)];
    const [policy, users, rules] = [await readTokenPolicy(db), await listUsers(db), await listRules(db)];
    const accessOf = new Map(users.map((user) => [user.id, user.access]));
    const forAll = rules.some((rule) => rule.tokens === null);
    const ranged = new Set(rules.flatMap((rule) => rule.tokens?.map((token) => token.id) ?? []));
    const open = await sources.openOperations(db);
    const operations = (await catalogue(db)).endpoints.filter((one) => !open.has(one.operation));
    const operationOf = new Map(operations.map((one) => [`${one.method} ${one.path}`, one.operation]));
    const all = found
      .filter((token) => token.status === 'active')
      .flatMap((token) =>
        lookOver(token, {
          now,
          policy,
          hasRanges: forAll || ranged.has(token.id),
          seenRanges: () => suggestRanges((seen.get(token.id) ?? []).map((client) => client.address)),
          operations,
          used: new Set((used.get(token.id) ?? []).flatMap((label) => operationOf.get(label) ?? [])),
          userAccess: accessOf.get(token.userId) ?? 'read',
        }),
      );
    const countOf = (wanted: FindingCode) => all.filter((finding) => finding.code === wanted).length;
    const counts = Object.fromEntries(findingCode.options.map((one) => [one, countOf(one)]));
    const wanted = code === undefined ? all : all.filter((finding) => finding.code === code);
    return {
      counts: counts as Record<FindingCode, number>,
      total: wanted.length,
      findings: wanted.slice(offset, offset + limit),
    };
  });

async function activeTokens(db: ReadDb, now: number): Promise<Token[]> {
  const found: Token[] = [];
  for (;;) {
    const page = { offset: found.length, limit: PAGE };
    const { items } = await queryTokens(
      db,
      { status: 'active', sort: 'name', descending: false, ...page },
      now,
    );
    found.push(...items);
    if (items.length < PAGE) return found;
  }
}
