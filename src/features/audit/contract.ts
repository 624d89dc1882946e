import { z } from 'zod';
import { reads } from '../../base/shapes.ts';

/** Everything that is recorded; a new kind of change begins here. */
export const auditAction = z.enum([
  'token.create',
  'token.update',
  'token.rotate',
  'token.end_overlap',
  'token.switch',
  'token.revoke',
  'token_policy.set',
  'key.replace',
  'key.retire',
  'limit.set',
  'limit.clear',
  'limit.adopt',
  'counters.reset',
  'ip_rule.add',
  'ip_rule.update',
  'ip_rule.remove',
  'trusted_proxy.add',
  'trusted_proxy.remove',
  'place.add',
  'place.rename',
  'place.remove',
  'user.add',
  'user.update',
  'user.switch',
  'upstream.set',
  'upstream.clear',
  'gateway.start',
  'gateway.stop',
  'demo.create',
  'demo.traffic',
  'log.download',
  'log.download_end',
  'log_view.save',
  'log_view.remove',
  'retention.set',
  'admin.add',
  'admin.set_role',
  'admin.disable',
  'admin.enable',
  'admin.reset_password',
  'sign_in.link',
  'sign_in.password',
  'sign_in.refused',
  'step_up.password',
  'step_up.refused',
  'session.sign_out',
  'session.revoke',
  'session.reused',
  'audit.unfinished',
  'audit.head_lost',
]);
export type AuditAction = z.infer<typeof auditAction>;

export const auditSubject = z.object({
  kind: z.string().describe('as "token" or "ip_rule"'),
  id: z.string().describe('empty where there is only one of the kind'),
  name: z.string().describe('as it was then'),
});
export type AuditSubject = z.infer<typeof auditSubject>;

export const auditEntry = z.object({
  seq: z.int().describe('counts from 1 without a gap'),
  at: z.date(),
  actor: z
    .string()
    .describe('as os:root or admin:ada; visitor: who showed nothing that is accepted; gatehouse: itself'),
  action: z.string().describe('one of the known ones, unless somebody wrote into the database'),
  subject: auditSubject,
  before: z.unknown().describe('null: there was nothing'),
  after: z.unknown().describe('null: there is nothing any more'),
});
export type AuditEntry = z.infer<typeof auditEntry>;

export const auditFilter = z.object({
  actor: z.string().max(300).optional(),
  action: auditAction.optional(),
  subject: z.string().trim().max(200).optional().describe('an id, or part of a name'),
  from: z.date().optional().describe('inclusive'),
  to: z.date().optional().describe('exclusive'),
});
export type AuditFilter = z.infer<typeof auditFilter>;

const problem = z.object({
  kind: z
    .enum(['changed', 'missing', 'added', 'key', 'head'])
    .describe(
      'what is wrong with the first bad entry: its content, that it is not there, that it was never recorded; ' +
        'or that its key is not there; head: the file beside the key is not, so a cut end would not be seen',
    ),
  seq: z.int().describe('of the first bad entry; head: of the last one'),
});

export const auditVerdict = z.object({
  ok: z.boolean(),
  entries: z.int().describe('that are as they were recorded, from the first one on'),
  unsealed: z
    .int()
    .describe(
      'of those at the end, that processes without the key recorded: the next change made with the key seals them',
    ),
  problem: problem.nullable(),
  unfinished: z
    .boolean()
    .describe('a process ended while it made the next change, which is not in the database'),
  endKnown: z
    .boolean()
    .describe('false: here is no file beside the key that says where the log ends, so a cut end is not seen'),
  head: z.object({ seq: z.int(), mac: z.string() }).describe('of the last entry that was recorded'),
});
export type AuditVerdict = z.infer<typeof auditVerdict>;

export const audit = {
  /** Newest first, a page at a time; `before` is the last page's `next`. */
  list: reads
    .input(
      z.object({
        filter: auditFilter.default({}),
        before: z.int().min(1).optional(),
        limit: z.int().min(1).max(1_000).default(100),
      }),
    )
    .output(z.object({ items: z.array(auditEntry), next: z.int().nullable() })),
  /** Who is in the log, for a filter to choose from. */
  actors: reads.output(z.array(z.string())),
  /** Reads the whole log and finds the first entry that was edited, removed, moved or cut off. */
  verify: reads.output(auditVerdict),
};
