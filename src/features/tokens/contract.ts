import { z } from 'zod';
import { access, call, id, name, restrictions } from '../../base/shapes.ts';

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
  createdAt: z.date(),
  createdBy: z.string(),
  lastUsedAt: z.date().nullable().describe('at most one minute late'),
  lastAddress: z.string().nullable(),
  expiresAt: z.date().nullable(),
  revokedAt: z.date().nullable(),
});
export type Token = z.infer<typeof token>;

const note = z.string().max(2_000);

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
  list: call
    .input(
      z.object({
        search: z.string().max(200).optional(),
        status: tokenStatus.optional(),
        userId: id.optional(),
        sort: z.enum(['name', 'createdAt', 'lastUsedAt', 'user', 'status', 'expiresAt']).default('createdAt'),
        descending: z.boolean().default(true),
        offset: z.int().min(0).default(0),
        limit: z.int().min(1).max(1_000).default(200),
      }),
    )
    .output(z.object({ items: z.array(token), total: z.int() })),
  get: call.input(z.object({ id })).output(token),
  /** The only call that ever gives a secret, and it gives it once. */
  create: call.input(newToken).output(z.object({ token, secret: z.string() })),
  update: call.input(z.object({ id, name: name.optional(), note: note.optional() })).output(token),
  /** Off or on again. In force when the call returns. */
  setActive: call.input(z.object({ id, active: z.boolean() })).output(token),
  /** Final. From the moment it returns no request with this token is let in. */
  revoke: call.input(z.object({ id })).output(token),
};
