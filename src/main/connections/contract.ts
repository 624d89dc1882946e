import { z } from 'zod';
import { TLS_MODES } from '../../base/database-url.ts';
import { id, name, reads } from '../../base/shapes.ts';
import { adminName } from '../../features/admins/contract.ts';
import { review } from '../../features/logs/review/contract.ts';

export const colours = ['slate', 'blue', 'green', 'amber', 'red', 'violet'] as const;

/**
 * What a connection leads to: a local instance's main file by its absolute path, an account on a server, or an account
 * of the instance in a Postgres database.
 */
const target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('local'), file: z.string().trim().min(1).max(4_096) }),
  z.object({
    kind: z.literal('server'),
    url: z
      .string()
      .trim()
      .max(2_048)
      .describe("of the server's admin door, as https://gatehouse.example:8788"),
    user: adminName,
    pin: z
      .string()
      .regex(/^[0-9A-Za-z+/]{43}=$/)
      .nullable()
      .describe("SHA-256 of the server's public key, where the system does not trust its certificate"),
  }),
  z.object({
    kind: z.literal('database'),
    host: z
      .string()
      .trim()
      .toLowerCase()
      .max(253)
      .regex(/^[a-z0-9._:-]+$/, 'must be a name or an address'),
    port: z.int().min(1).max(65_535),
    database: z
      .string()
      .min(1)
      .max(63)
      .regex(/^[^/?#\p{Cc}]*$/u, 'must have no / ? # and no control characters'),
    user: z.string().trim().min(1).max(63).describe('whom the database knows'),
    tls: z.enum(TLS_MODES),
    account: adminName.describe('who signs in to the instance'),
  }),
]);
export type Target = z.infer<typeof target>;

const draft = z.object({
  name,
  colour: z.enum(colours),
  isProtected: z.boolean().describe('the console asks before each change'),
  target,
});
export type ConnectionDraft = z.infer<typeof draft>;

/** What the keychain is to keep for a connection to a database: what is not named stays, null is taken out. */
const secrets = z
  .object({
    password: z.string().min(1).max(1_000).nullable().optional(),
    key: z
      .discriminatedUnion('from', [
        z.object({ from: z.literal('text'), text: z.string().trim().max(10_000) }),
        z.object({ from: z.literal('file'), path: z.string().describe('that chooseKeyFile gave') }),
      ])
      .nullable()
      .optional(),
  })
  .default({});
export type GivenSecrets = z.infer<typeof secrets>;

export const connection = draft.extend({
  id,
  isMade: z.boolean().describe('it was opened once, so there is an instance'),
});
export type Connection = z.infer<typeof connection>;

const shownConnection = connection.omit({ isMade: true }).extend({
  current: z.boolean(),
  given: z.boolean().describe('from the command line or the environment, for this run'),
  gateway: z.string().nullable().describe('the address of the gateway that this app runs for it'),
  signedIn: z.boolean().nullable().describe('null: it needs no signing in, or is not open'),
  keeps: z
    .object({ password: z.boolean(), key: z.boolean() })
    .nullable()
    .describe('what the keychain has for a database; null: it is none'),
});
export type ShownConnection = z.infer<typeof shownConnection>;

const certificate = z.object({
  pin: z.string(),
  subject: z.string(),
  issuer: z.string(),
  names: z.string(),
  validFrom: z.date(),
  validTo: z.date(),
  fingerprint: z.string(),
});

/** What the desktop app alone can be asked: which instances it administers. None changes anything of an instance. */
export const connections = {
  list: reads.output(z.array(shownConnection)),
  add: reads.input(draft.extend({ secrets })).output(z.object({ id })),
  /** Where it leads stays: another place is another connection. The page has to be loaded anew where secrets changed. */
  edit: reads.input(draft.omit({ target: true }).extend({ id, secrets })).output(z.void()),
  /** Nothing of the instance is removed; what the keychain has for the connection is. Refused for the current one and where a gateway runs. */
  remove: reads.input(z.object({ id })).output(z.void()),
  /** Whether it can be opened as it is now; nothing is made, and nobody is signed in. */
  test: reads
    .input(
      z.object({
        target,
        secrets,
        id: id.optional().describe('whose secrets are taken where none are given'),
      }),
    )
    .output(
      z.object({
        isNew: z.boolean().describe('there is no instance yet; using a file makes one'),
        hasAccounts: z
          .boolean()
          .nullable()
          .describe('can anybody sign in to the instance in a database? null: it is none'),
        certificate: certificate.nullable().describe("the server's; null: there is none"),
        problem: z.string().nullable().describe('why the system does not trust it'),
      }),
    ),
  /** Takes another key of a server for the right one, on the word of who asks. The page has to be loaded anew. */
  pin: reads.input(z.object({ id, pin: z.string().max(100) })).output(z.void()),
  /** To the server or the database of the current connection. The credential stays with the app, in the keychain where there is one. */
  signIn: reads.input(z.object({ password: z.string().max(1_000) })).output(z.void()),
  signOut: reads.output(z.void()),
  /** Gives the password once more, for what needs it lately given. */
  stepUp: reads.input(z.object({ password: z.string().max(1_000) })).output(z.void()),
  /** What is asked about before it is done. */
  protection: reads.output(
    z.object({
      name: z.string().describe("the current connection's"),
      isProtected: z.boolean(),
      changes: z.array(z.string()).describe('the calls that change something, as tokens.revoke'),
    }),
  ),
  /** Whether what is kept secret for connections outlasts this run. */
  keychain: reads.output(
    z.object({ forThisRunOnly: z.string().nullable().describe('why; null: the system keeps it') }),
  ),
  /** The page has to be loaded anew afterwards. */
  use: reads.input(z.object({ id })).output(z.void()),
  /** A file that the user picks in the system's dialog; null: none. */
  chooseFile: reads.input(z.object({ isNew: z.boolean() })).output(z.string().nullable()),
  /** The same for a key file; what is in it stays with the app. */
  chooseKeyFile: reads.output(z.string().nullable()),
  /** Exported files, or other logs, in place of an instance; the connection before stays current behind them. */
  review: {
    /** The files that are opened; null: none, the current connection's instance is shown. */
    files: reads.output(z.array(z.string()).nullable()),
    /** Opens what the user picks in the system's dialog; false: they cancelled. The page has to be loaded anew. */
    open: reads.output(z.boolean()),
    /** Goes back to the connection. The page has to be loaded anew. */
    close: reads.output(z.void()),
    /** How far the files are read, again and again until they are. */
    state: review.state,
  },
};
