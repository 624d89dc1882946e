import { createHash } from 'node:crypto';
import type { ReadDb, WriteDb } from '../../db/open.ts';
import { policyChanged } from '../../db/policy-change.ts';
import { type Reads, readSetting } from '../../db/reads.ts';
import { type Catalogue, compileCatalogue } from '../endpoints/catalogue.ts';
import type { Endpoint } from '../endpoints/contract.ts';
import type { CheckedUpstream } from './check.ts';
import type { CatalogueSource } from './contract.ts';

/**
 * An instance remembers the catalogue of its gateway, so that every process on the file names the same endpoints,
 * also where it cannot read the document. Nothing is remembered of the built-in API: its catalogue is in the code.
 */
const SOURCE = 'catalogue.source';
const ENDPOINTS = 'catalogue.endpoints';

interface StoredSource extends CatalogueSource {
  /** Of the endpoints and where they are from. */
  digest: string;
}

/** Remembers what the gateway's catalogue is now (null: the built-in API's); each change is one of the policy. */
export async function rememberCatalogue(
  tx: WriteDb,
  upstream: CheckedUpstream | null,
  now: number,
): Promise<void> {
  const known = parseSource(await settingOf(tx, SOURCE));
  if (upstream === null && known === null) return;
  const rows = upstream === null ? null : rowsOf(upstream);
  if (rows !== null && known?.digest === rows.source.digest) return;
  await tx.deleteFrom('setting').where('name', 'in', [SOURCE, ENDPOINTS]).execute();
  if (rows !== null)
    await tx
      .insertInto('setting')
      .values([
        { name: SOURCE, value: JSON.stringify(rows.source) },
        { name: ENDPOINTS, value: rows.endpoints },
      ])
      .execute();
  await policyChanged(tx, 'all', '', now);
}

function rowsOf({ settings, endpoints: list }: CheckedUpstream): { source: StoredSource; endpoints: string } {
  const endpoints = JSON.stringify(list);
  const { url, openApiFile } = settings;
  const digest = createHash('sha256')
    .update(JSON.stringify([url, openApiFile]))
    .update(endpoints)
    .digest('hex');
  const tags = new Set(list.map(({ tag }) => tag)).size;
  return { source: { kind: 'proxied', url, openApiFile, endpoints: list.length, tags, digest }, endpoints };
}

/** The catalogue of an instance, as services ask for it. */
export interface CatalogueKeeper {
  /** Read in the caller's transaction, if it has one. */
  current(db: ReadDb): Promise<Catalogue>;
  source(db: ReadDb): Promise<CatalogueSource>;
}

export function keepCatalogue(builtIn: Catalogue): CatalogueKeeper {
  let last: { digest: string; catalogue: Catalogue } | null = null;
  return {
    async current(db) {
      const source = parseSource(await settingOf(db, SOURCE));
      if (source === null) return builtIn;
      if (last?.digest !== source.digest) {
        const endpoints = JSON.parse((await settingOf(db, ENDPOINTS)) ?? '[]') as Endpoint[];
        last = { digest: source.digest, catalogue: compileCatalogue(endpoints) };
      }
      return last.catalogue;
    },
    source: async (db) => shown(parseSource(await settingOf(db, SOURCE)), builtIn),
  };
}

/** Where the remembered catalogue is from. */
export function* readCatalogueSource(builtIn: Catalogue): Reads<CatalogueSource> {
  return shown(parseSource(yield* readSetting(SOURCE)), builtIn);
}

/** The remembered catalogue of what is proxied to; null: the built-in API. */
export function* readProxiedCatalogue(): Reads<Catalogue | null> {
  if (parseSource(yield* readSetting(SOURCE)) === null) return null;
  return compileCatalogue(JSON.parse((yield* readSetting(ENDPOINTS)) ?? '[]') as Endpoint[]);
}

function shown(source: StoredSource | null, builtIn: Catalogue): CatalogueSource {
  if (source !== null) {
    const { digest: _, ...rest } = source;
    return rest;
  }
  const { endpoints, tags } = builtIn;
  return { kind: 'built-in', url: null, openApiFile: null, endpoints: endpoints.length, tags: tags.length };
}

const parseSource = (value: string | undefined): StoredSource | null =>
  value === undefined ? null : (JSON.parse(value) as StoredSource);

const settingOf = async (db: ReadDb, name: string): Promise<string | undefined> =>
  (await db.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirst())?.value;
