import { oc } from '@orpc/contract';
import { z } from 'zod';
import { ROLES } from '../../base/roles.ts';
import { fault, id, ownerRevokes, owns, reads } from '../../base/shapes.ts';

export const role = z.enum(ROLES);

/** Compared without regard to capitals, so it is kept without them. */
export const adminName = z
  .string()
  .trim()
  .toLowerCase()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9][a-z0-9._@-]*$/, 'must be letters, digits and . _ @ -, beginning with a letter or digit');

/** Long rather than manifold: what counts against guessing is length (NIST SP 800-63B). In characters. */
export const LEAST_PASSWORD = 12;
const newPassword = z.string().min(LEAST_PASSWORD).max(200);
/** A password that is tried: whatever was typed, but not without end. */
const triedPassword = z.string().max(1_000);

export const account = z.object({
  id,
  name: z.string(),
  role,
  active: z.boolean(),
  createdAt: z.date(),
  createdBy: z.string(),
  passwordSetAt: z.date(),
  lastSignInAt: z.date().nullable(),
  sessions: z.int().describe('that can be used now'),
});
export type Account = z.infer<typeof account>;

export const accountSession = z.object({
  id,
  accountId: id,
  account: z.string().describe("the account's name"),
  signedInAt: z.date(),
  renewedAt: z
    .date()
    .describe('when its credentials were last made anew, at most 15 minutes before its last use'),
  expiresAt: z.date().describe('unless it is renewed before'),
  address: z.string().describe('from where it was renewed last'),
  userAgent: z.string(),
  endedAt: z.date().nullable(),
  ended: z
    .enum(['signed-out', 'revoked', 'reused', 'disabled', 'password'])
    .nullable()
    .describe('reused: a refresh credential came a second time, so somebody else has a copy of it'),
});
export type AccountSession = z.infer<typeof accountSession>;

export const admins = {
  list: reads.output(z.array(account)),
  add: owns.input(z.object({ name: adminName, role, password: newPassword })).output(account),
  setRole: owns.input(z.object({ id, role })).output(account),
  /** Ends the account's sessions, and nobody signs in with it from the moment this returns. */
  disable: ownerRevokes.input(z.object({ id })).output(account),
  enable: owns.input(z.object({ id })).output(account),
  /** Ends the account's sessions as well. */
  resetPassword: owns.input(z.object({ id, password: newPassword })).output(account),
  sessions: {
    /** Those that can be used, and those that ended in the last 30 days; the newest first. */
    list: reads.output(z.array(accountSession)),
    revoke: ownerRevokes.input(z.object({ id })).output(accountSession),
  },
};

/** What a sign-in gives; both are opaque, and only their hashes are kept. */
export const credentials = z.object({
  account: z.string(),
  role,
  access: z.string().describe('for `Authorization: Bearer`'),
  accessExpiresAt: z.date(),
  refresh: z.string().describe('for `session.refresh`, once'),
  refreshExpiresAt: z.date(),
});
export type Credentials = z.infer<typeof credentials>;

/** Calls of who has no account yet, or shows which: REFUSED is the same answer whatever was wrong. */
const visit = oc.errors({
  REFUSED: { status: 401, data: fault },
  DENIED: { status: 403, data: fault },
  THROTTLED: { status: 429, data: z.object({ retryAfter: z.int().describe('seconds') }) },
});

/** Signing in to a server. Served beside the admin API, by doors that others can reach. */
export const session = {
  /** How one signs in here. */
  offers: visit.route({ spec: (operation) => ({ ...operation, security: [] }) }).output(
    z.object({
      password: z.boolean().describe('with an admin account'),
      link: z.boolean().describe('with the one-time link that the server printed at its start'),
    }),
  ),
  /** No account, a disabled one and a wrong password are told apart neither by the answer nor by its time. */
  signIn: visit
    .route({ spec: (operation) => ({ ...operation, security: [] }) })
    .input(z.strictObject({ user: z.string().trim().toLowerCase().max(200), password: triedPassword }))
    .output(credentials),
  /** A refresh credential works once. Come a second time, it ends its session: one of the two stole it. */
  refresh: visit
    .route({ spec: (operation) => ({ ...operation, security: [] }) })
    .input(z.strictObject({ refresh: z.string().max(200) }))
    .output(credentials),
  /** DENIED, not REFUSED, for a wrong password: the session goes on. For changes that need the password given in the last 5 minutes. */
  stepUp: visit.input(z.strictObject({ password: triedPassword })).output(z.object({ until: z.date() })),
  signOut: visit.output(z.void()),
};

const { offers: _, ...ofAccounts } = session;

/** What only a door asks; nobody can call it. */
export const door = {
  session: ofAccounts,
  /** Who shows this credential; null: nobody who may. */
  authenticate: visit
    .input(z.object({ credential: z.string() }))
    .output(z.object({ actor: z.string(), role, steppedUp: z.boolean() }).nullable()),
  /** Is there any account, disabled ones included? Then there is no sign-in link. */
  hasAccounts: visit.output(z.boolean()),
};
