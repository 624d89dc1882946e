import { readFileSync } from 'node:fs';
import type { Scope } from '../db/schema.ts';
import { parseRange } from '../features/ip-rules/ranges.ts';
import type { Limit } from '../features/limits/contract.ts';
import { type DraftInput, draft as draftShape } from '../gateway/rehearsal/contract.ts';
import type { AdminClient } from './client.ts';
import { grantsOf, type PlaceOptions, restrictionsOf, userNamed } from './names.ts';
import { readExpiry } from './times.ts';
import { UsageError } from './usage-error.ts';

export interface DraftOptions extends PlaceOptions {
  draft?: string;
  token?: string;
  instance?: true;
  limitPerHour?: number;
  burst?: number;
  burstSeconds?: number;
  limitClear?: true;
  scope?: Scope;
  endpoint?: string[];
  unrestricted?: true;
  expires?: string;
  disable?: true;
  enable?: true;
  revoke?: string[];
  ipAdd?: string[];
  ipRemove?: string[];
  deactivateUser?: string[];
}

type DraftToken = NonNullable<DraftInput['tokens']>[number];

/** The draft that the options of `rehearse` describe; each that needs a token says so. */
export async function draftOf(client: AdminClient, options: DraftOptions): Promise<DraftInput> {
  if (options.draft !== undefined) return readDraft(options.draft);
  const { token, instance, ipAdd, ipRemove } = options;
  if (token !== undefined && instance)
    throw new UsageError('--token and --instance cannot be given together');
  const limits = await limitsOf(client, options);
  const tokens = new Map<string, DraftToken>();
  const own = await tokenChange(client, options);
  if (own !== null) tokens.set(own.tokenId, own);
  for (const tokenId of options.revoke ?? [])
    tokens.set(tokenId, { ...(tokens.get(tokenId) ?? { tokenId }), revoked: true });
  const users: NonNullable<DraftInput['users']> = [];
  for (const email of options.deactivateUser ?? [])
    users.push({ userId: (await userNamed(client, email)).id, active: false });
  for (const range of ipAdd ?? []) {
    const parsed = parseRange(range);
    if (!parsed.ok) throw new UsageError(`--ip-add ${range} is not valid: ${parsed.detail}`);
  }
  const tokenIds = token === undefined ? null : [token];
  return {
    ...(limits && { limits }),
    ...((ipAdd ?? ipRemove) && {
      ipRules: { add: (ipAdd ?? []).map((range) => ({ range, tokenIds })), remove: ipRemove ?? [] },
    }),
    tokens: [...tokens.values()],
    users,
  };
}

/** A draft in a file (`-`: standard input), as the admin API takes it; times in ISO 8601. */
function readDraft(path: string): DraftInput {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path === '-' ? 0 : path, 'utf8'), (key, item) =>
      key === 'expiresAt' && typeof item === 'string' ? new Date(item) : item,
    );
  } catch (cause) {
    throw new UsageError(`--draft: ${path} cannot be read as JSON: ${(cause as Error).message}`);
  }
  const { data, error } = draftShape.safeParse(value);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  throw new UsageError(`--draft: ${['draft', ...(issue?.path ?? [])].join('.')}: ${issue?.message ?? ''}`);
}

async function limitsOf(client: AdminClient, options: DraftOptions): Promise<DraftInput['limits'] | null> {
  const { token, instance, limitPerHour, burst, burstSeconds, limitClear } = options;
  const given = [limitPerHour, burst, burstSeconds].some((value) => value !== undefined);
  if (!given && !limitClear) return null;
  if (given && limitClear) throw new UsageError('--limit-clear cannot be given with a limit');
  if (limitClear) {
    if (token !== undefined) return { tokens: [{ tokenId: token, limit: null }] };
    if (!instance) throw new UsageError('--limit-clear needs --token or --instance');
    return { instance: null };
  }
  // What is not given stays as it is.
  const shown = await client.limits.show();
  const current =
    (instance ? shown.instance : shown.tokens.find(({ tokenId }) => tokenId === token)?.limit) ??
    shown.default;
  const limit: Limit = {
    requestsPerHour: limitPerHour ?? current.requestsPerHour,
    burst: { requests: burst ?? current.burst.requests, seconds: burstSeconds ?? current.burst.seconds },
  };
  if (token !== undefined) return { tokens: [{ tokenId: token, limit }] };
  return instance ? { instance: limit } : { default: limit };
}

async function tokenChange(client: AdminClient, options: DraftOptions): Promise<DraftToken | null> {
  const { token, scope, endpoint, unrestricted, expires, disable, enable } = options;
  const places = options.businessUnit ?? options.location ?? options.group;
  const flags = { scope, endpoint, unrestricted, expires, disable, enable, 'business-unit': places };
  const [needs] = Object.entries(flags).find(([, value]) => value !== undefined) ?? [];
  if (needs === undefined) return null;
  if (token === undefined) throw new UsageError(`--${needs} needs --token`);
  if (disable && enable) throw new UsageError('--disable and --enable cannot be given together');
  if (unrestricted && places) throw new UsageError('--unrestricted cannot be given with a place');
  if (endpoint !== undefined && scope !== 'limited') throw new UsageError('--endpoint needs --scope limited');
  const expiresAt = readExpiry(expires);
  return {
    tokenId: token,
    ...(scope && { scope }),
    ...(scope === 'limited' && { endpoints: await grantsOf(client, endpoint) }),
    ...((places || unrestricted) && { restrictions: await restrictionsOf(client, options) }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...((disable || enable) && { active: enable === true }),
  };
}
