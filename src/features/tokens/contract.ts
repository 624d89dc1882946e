import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { access, changes, id, name, owns, reads, restrictions } from '../../base/shapes.ts';

export const scope = z.enum(['read-only', 'full', 'limited']);
export const tokenStatus = z.enum(['active', 'inactive', 'expired', 'revoked']);
export type TokenStatus = z.infer<typeof tokenStatus>;

/** One entry of a limited token's endpoint list: a tag of the catalogue, or one operation's id. */
export const endpointGrant = z.object({
  kind: z.enum(['tag', 'operation']),
  target: z.string().min(1).max(200),
  access,
});
export type EndpointGrant = z.infer<typeof endpointGrant>;

/** One of a token's secrets. The secret itself is kept nowhere. */
const tokenSecret = z.object({
  id: z.string(),
  prefix: z.string().describe('its first characters, to recognise it by'),
  createdAt: z.date(),
  validUntil: z.date().nullable().describe('null: the current one; else the end of its rotation’s overlap'),
  keyId: z.string().describe('of the key that it is hashed with'),
  lastUsedAt: z.date().nullable().describe('at most one minute late'),
  lastAddress: z.string().nullable(),
  requests: z.int().describe('that used it since the last rotation'),
});

export const token = z.object({
  id,
  name: z.string(),
  userId: id,
  user: z.string().describe("the associated user's e-mail address"),
  userName: z.string(),
  userActive: z.boolean(),
  scope,
  endpoints: z.array(endpointGrant),
  restrictions,
  status: tokenStatus,
  note: z.string(),
  prefix: z.string().describe('the first characters of the secret, to recognise it by'),
  secrets: z
    .array(tokenSecret)
    .max(2)
    .describe('the current one, then the one that the last rotation put an end to'),
  createdAt: z.date(),
  createdBy: z.string(),
  lastUsedAt: z.date().nullable().describe('at most one minute late'),
  lastAddress: z.string().nullable(),
  expiresAt: z.date().nullable(),
  revokedAt: z.date().nullable(),
});
export type Token = z.infer<typeof token>;

const note = z.string().max(2_000);

/** How long a rotated-out secret stays valid. */
export const overlap = z.enum(['none', '1h', '24h', '7d']);
export type Overlap = z.infer<typeof overlap>;

const tokenPolicy = z.object({
  maxLifetimeDays: z
    .int()
    .min(1)
    .max(3_650)
    .nullable()
    .describe('a token’s expiry is at most so many days away when it is set; null: no bound'),
});
export type TokenPolicy = z.infer<typeof tokenPolicy>;

const keysShown = z.object({
  source: z.enum(['file', 'environment', 'memory']),
  keys: z.array(
    z.object({
      id: z.string(),
      current: z.boolean(),
      present: z.boolean().describe('false: secrets hang on it, but it is no longer there, so they are dead'),
      live: z.int().describe('secrets that hang on it and still open something'),
      dead: z.int().describe('secrets of revoked or expired tokens, and rotated-out ones'),
    }),
  ),
});
export type KeysShown = z.infer<typeof keysShown>;

export const findingCode = z.enum([
  'expiry.never',
  'expiry.beyond',
  'use.never',
  'use.idle',
  'ip.none',
  'scope.wide',
]);
export type FindingCode = z.infer<typeof findingCode>;

/** What would mend a finding: the arguments of the call that does it, for a diff to be shown first. */
const remedy = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('setExpiry'), expiresAt: z.date() }),
  z.object({ kind: z.literal('revoke') }),
  z.object({ kind: z.literal('switchOff') }),
  z.object({
    kind: z.literal('addRanges'),
    ranges: z.array(z.string()).describe('from the addresses seen; none where there were none, or too many'),
  }),
  z.object({
    kind: z.literal('narrowScope'),
    endpoints: z.array(endpointGrant),
    used: z.int().describe('operations that it used'),
    allowed: z.int().describe('operations that it may use'),
  }),
]);
export type Remedy = z.infer<typeof remedy>;

const finding = z.object({ code: findingCode, token, remedy });
export type Finding = z.infer<typeof finding>;

const briefFinding = z.object({ code: findingCode, tokenId: id, tokenName: z.string(), remedy });
export type BriefFinding = z.infer<typeof briefFinding>;

/** What of the active tokens is open wider, or longer, than it need be; a page of it. */
const hygieneCall = reads
  .input(
    z.object({
      code: findingCode.optional(),
      tokenId: id.optional(),
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(1_000).default(200),
    }),
  )
  .output(
    z.object({
      counts: z.record(findingCode, z.int()),
      total: z.int().describe('findings of this code, or of all'),
      findings: z.array(finding),
    }),
  );

export const newToken = z
  .object({
    name,
    userId: id,
    scope,
    endpoints: z.array(endpointGrant).max(200).default([]),
    restrictions: restrictions.default({ businessUnits: [], locations: [], userGroups: [] }),
    /** null: never expires. Left out: 90 days from now. */
    expiresAt: z.date().nullable().optional(),
    note: note.default(''),
  })
  .refine((t) => t.scope !== 'limited' || t.endpoints.length > 0, {
    path: ['endpoints'],
    message: 'a limited token needs at least one endpoint',
  })
  .refine((t) => t.scope === 'limited' || t.endpoints.length === 0, {
    path: ['endpoints'],
    message: 'only a limited token has an endpoint list',
  });

export const tokens = {
  list: reads
    .input(
      z.object({
        search: z.string().max(200).optional(),
        status: tokenStatus.optional(),
        expiringWithinDays: z.int().min(1).max(3_650).optional().describe('active ones that expire by then'),
        userId: id.optional(),
        sort: z.enum(['name', 'createdAt', 'lastUsedAt', 'user', 'status', 'expiresAt']).default('createdAt'),
        descending: z.boolean().default(true),
        offset: z.int().min(0).default(0),
        limit: z.int().min(1).max(1_000).default(200),
      }),
    )
    .output(z.object({ items: z.array(token), total: z.int() })),
  get: reads.input(z.object({ id })).output(token),
  create: changes.input(newToken).output(z.object({ token, secret: z.string() })),
  /**
   * Changes what is given, in force when the call returns. `endpoints` without `scope` is for a token that is limited;
   * another scope than `limited` drops the list.
   */
  update: changes
    .input(
      z.object({
        id,
        name: name.optional(),
        note: note.optional(),
        expiresAt: z.date().nullable().optional().describe('null: never expires'),
        scope: scope.optional(),
        endpoints: z.array(endpointGrant).max(200).optional(),
        restrictions: restrictions.optional(),
      }),
    )
    .output(token),
  /**
   * A new secret for the same token; the old one stays valid for `overlap`, never past the token's expiry. With
   * create, the only call that ever gives a secret, and it gives it once.
   */
  rotate: changes.input(z.object({ id, overlap: overlap.default('24h') })).output(
    z.object({
      token,
      secret: z.string(),
      oldValidUntil: z.date().nullable().describe('now, without an overlap; null: there was no old one'),
    }),
  ),
  /** The old secret is void from the moment this returns. */
  endOverlap: changes.input(z.object({ id })).output(token),
  /** Off or on again. In force when the call returns. */
  setActive: changes.input(z.object({ id, active: z.boolean() })).output(token),
  /** Final. From the moment it returns no request with this token is let in. */
  revoke: changes.input(z.object({ id })).output(token),
  /** Revokes all of these in one transaction, or none. */
  revokeAll: changes.input(z.object({ ids: z.array(id).min(1).max(1_000) })).output(z.array(token)),
  /** How many active tokens expire soon; each count includes the shorter ones. */
  expiring: reads.output(z.object({ within1Day: z.int(), within10Days: z.int(), within30Days: z.int() })),
  hygiene: hygieneCall,
  /** All that hygiene finds, in parts, from one look at the tokens: a page at a time looks at all of them for each. */
  findings: reads.output(eventIterator(z.array(briefFinding))),
  /** What every token of the instance has to keep to. */
  policy: {
    show: reads.output(tokenPolicy),
    /** Refuses from now on what lies beyond it; existing tokens are left as they are, and shown by hygiene. */
    set: changes.input(tokenPolicy).output(tokenPolicy),
  },
  /** The keys that secrets are hashed with. */
  keys: {
    show: reads.output(keysShown),
    /** A new key for new secrets. The old one verifies those that hang on it, and each moves at its next use. */
    replace: owns.output(keysShown),
    /** Takes an old key away. Refused while live secrets hang on it, unless by force: those are then dead. */
    retire: owns
      .input(z.object({ id: z.string().max(64), force: z.boolean().default(false) }))
      .output(keysShown),
  },
};
