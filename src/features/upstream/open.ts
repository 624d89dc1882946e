import { Fault } from '../../base/faults.ts';
import { inTransaction, openDatabase } from '../../db/open.ts';
import type { DatabaseAddress } from '../../db/place.ts';
import { rememberCatalogue } from './catalogue.ts';
import { type CheckedUpstream, checkUpstream } from './check.ts';
import { type UpstreamSettings, upstreamSettings } from './contract.ts';
import { readSettings } from './store.ts';

/** What one process says of its upstream, in place of what is set; null: the built-in API. */
export type UpstreamOverride = Partial<UpstreamSettings> | null;

/**
 * What a gateway that starts now proxies to (null: the built-in API), and has the instance remember its catalogue.
 * The caller holds the gateway's lock. Refused with `input.invalid`, `range.invalid`, `openapi.invalid`.
 */
export async function openUpstream(
  database: DatabaseAddress,
  override: UpstreamOverride | undefined,
  now: number,
): Promise<CheckedUpstream | null> {
  const db = openDatabase(database);
  try {
    const settings = override === null ? null : merged(await readSettings(db), override ?? {});
    const checked = settings === null ? null : checkUpstream(settings);
    await inTransaction(db, (tx) => rememberCatalogue(tx, checked, now));
    return checked;
  } finally {
    await db.destroy();
  }
}

function merged(set: UpstreamSettings | null, given: Partial<UpstreamSettings>): UpstreamSettings | null {
  if (set === null && Object.keys(given).length === 0) return null;
  const { data, error } = upstreamSettings.safeParse({ ...set, ...given });
  if (data !== undefined) return data;
  const [issue] = error.issues;
  const field = issue?.path.join('.') ?? 'upstream';
  const missing =
    field === 'url' || field === 'openApiFile' ? 'an upstream needs both its URL and its OpenAPI file' : '';
  throw new Fault('input.invalid', { field, detail: missing || (issue?.message ?? '') });
}
