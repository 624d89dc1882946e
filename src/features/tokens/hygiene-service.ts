import { implement } from '@orpc/server';
import type { Kysely } from 'kysely';
import { type Clock, DAY } from '../../base/clock.ts';
import { fold, type ReadDb } from '../../db/open.ts';
import type { Schema } from '../../db/schema.ts';
import { answerFaults, asRefusal, type CallContext } from '../answer-faults.ts';
import type { Catalogue } from '../endpoints/catalogue.ts';
import { rangedTokens } from '../ip-rules/store.ts';
import { suggestRanges } from '../ip-rules/suggest-ranges.ts';
import type { SeenAddress } from '../logs/seen.ts';
import { type BriefFinding, type FindingCode, findingCode, tokens } from './contract.ts';
import { readTokenPolicy } from './expiry.ts';
import { type Found, lookOver } from './hygiene.ts';
import { nextActiveTokens } from './hygiene-store.ts';
import { readTokens, requireToken } from './store.ts';

/** Addresses seen in this time are what a token's ranges are made from. */
const LOOK_BACK = 30 * DAY;
/** So many tokens are looked at before other calls get their turn in this thread. */
const AT_ONCE = 1_000;

/** What hygiene asks of the log and its roll-ups. */
export interface HygieneSources {
  /** Brings in what is left of the journal, last-used included. */
  bringIn(): Promise<void>;
  /** From where these tokens were used since then (Unix milliseconds). */
  addressesSeen(since: number, tokenIds: readonly string[]): Promise<SeenAddress[]>;
  /** The endpoints (as "GET /v1/shifts/{id}") that each of these tokens used, by its id, as far back as roll-ups go. */
  endpointsUsed(tokenIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
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

const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Looks over the active tokens, or one of them. */
export function createHygieneService({ db, clock, catalogue, sources }: Dependencies) {
  /** What is found of each token, those of one together, by the tokens' names. */
  async function lookOverAll(now: number, only?: string): Promise<Found[]> {
    await sources.bringIn();
    const [policy, ranged] = [await readTokenPolicy(db), await rangedTokens(db)];
    const open = await sources.openOperations(db);
    const operations = (await catalogue(db)).endpoints.filter((one) => !open.has(one.operation));
    const operationOf = new Map(operations.map((one) => [`${one.method} ${one.path}`, one.operation]));
    const found: { key: string; findings: Found[] }[] = [];
    for (let after = ''; ; await othersTurn()) {
      const page = await nextActiveTokens(db, { after, most: AT_ONCE, only, now });
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.id;
      const used = await sources.endpointsUsed(page.map((token) => token.id));
      for (const token of page) {
        const findings = lookOver(token, {
          now,
          policy,
          hasRanges: ranged.forAll || ranged.tokens.has(token.id),
          operations,
          used: new Set((used.get(token.id) ?? []).flatMap((label) => operationOf.get(label) ?? [])),
        });
        if (findings.length > 0) found.push({ key: `${fold(token.name)}\0${token.id}`, findings });
      }
    }
    return found.sort((a, b) => (a.key < b.key ? -1 : 1)).flatMap(({ findings }) => findings);
  }

  /** What would mend each; of ranges, from where the tokens were seen. */
  async function mended(found: readonly Found[], now: number): Promise<BriefFinding[]> {
    const without = found.filter(({ code }) => code === 'ip.none').map(({ tokenId }) => tokenId);
    const clients = await sources.addressesSeen(now - LOOK_BACK, without);
    const seen = Map.groupBy(clients, (client) => client.tokenId);
    const rangesFor = (tokenId: string) =>
      suggestRanges((seen.get(tokenId) ?? []).map((client) => client.address));
    return found.map(({ code, tokenId, tokenName, remedy }) => ({
      code,
      tokenId,
      tokenName,
      remedy: remedy ?? { kind: 'addRanges', ranges: rangesFor(tokenId) },
    }));
  }

  return {
    hygiene: os.hygiene.handler(async ({ input: { code, tokenId, offset, limit } }) => {
      const now = clock.now();
      if (tokenId !== undefined) await requireToken(db, tokenId, now);
      const all = await lookOverAll(now, tokenId);
      const countOf = (wanted: FindingCode) => all.filter((finding) => finding.code === wanted).length;
      const counts = Object.fromEntries(findingCode.options.map((one) => [one, countOf(one)]));
      const wanted = code === undefined ? all : all.filter((finding) => finding.code === code);
      const page = await mended(wanted.slice(offset, offset + limit), now);
      const shown = await readTokens(db, [...new Set(page.map((finding) => finding.tokenId))], now);
      return {
        counts: counts as Record<FindingCode, number>,
        total: wanted.length,
        // One that went away meanwhile has nothing to mend.
        findings: page.flatMap((finding) => {
          const token = shown.get(finding.tokenId);
          return token === undefined ? [] : [{ code: finding.code, token, remedy: finding.remedy }];
        }),
      };
    }),

    findings: os.findings.handler(async () => {
      const now = clock.now();
      const all = await lookOverAll(now);
      return (async function* () {
        try {
          for (let at = 0; at < all.length; at += AT_ONCE) {
            yield mended(all.slice(at, at + AT_ONCE), now);
            await othersTurn();
          }
        } catch (thrown) {
          throw asRefusal(thrown);
        }
      })();
    }),
  };
}
