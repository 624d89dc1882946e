import type { Generated, GeneratedAlways } from 'kysely';
import type { Role } from '../base/roles.ts';

/**
 * The whole data model of an instance's main file on one screen. Times are Unix milliseconds, booleans 0 or 1,
 * ids UUID version 7. Log rows and roll-ups live in files of their own: see features/logs/day-file.ts and
 * features/usage/usage-file.ts; on Postgres beside it: see migrations/0009_request_log.ts.
 */
export interface Schema {
  setting: { name: string; value: string };
  /** One row a change of anything the gateway compiles; its highest version is the policy's version. */
  policy_change: { version: Generated<number>; kind: PolicyKind; entity: string; at: number };
  /** Who holds FILE.lock (at most one row); meaningless while nobody does. */
  gateway_process: { id: 1; pid: number; address: string | null; started_at: number };
  /** The gateways that serve an instance on Postgres, where there may be several. */
  gateway: {
    id: string;
    number: GeneratedAlways<number>;
    host: string;
    pid: number;
    address: string | null;
    started_at: number;
    seen_at: number;
    stopped_at: number | null;
    policy_version: number;
    limits: LimitsMode;
  };
  /** How far each reader of the request journal has come, in this file. */
  journal_position: { reader: string; segment: number; offset: number };

  business_unit: { id: string; name: string };
  location: { id: string; name: string };
  user_group: { id: string; name: string };

  user: { id: string; email: string; name: string; access: Access; active: number; created_at: number };
  user_restriction: { user_id: string; kind: PlaceKind; place_id: string };

  token: {
    id: string;
    name: string;
    user_id: string;
    scope: Scope;
    active: number;
    note: string;
    created_at: number;
    created_by: string;
    expires_at: number | null;
    revoked_at: number | null;
    revoked_by: string | null;
  };
  /**
   * A token has one secret, and beside it the one that its last rotation put an end to. Only the HMAC is kept, with
   * the id of its key. Those for 'demo' are borrowed by the demo's traffic for some minutes.
   */
  token_secret: {
    id: string;
    hash: Uint8Array;
    key_id: string;
    token_id: string;
    prefix: string;
    created_at: number;
    valid_until: number | null;
    purpose: 'client' | 'demo';
  };
  /** `requests` since the token's last rotation. */
  secret_use: { secret_id: string; last_used_at: number; last_address: string; requests: number };
  token_endpoint: { token_id: string; kind: 'tag' | 'operation'; target: string; access: Access };
  token_restriction: { token_id: string; kind: PlaceKind; place_id: string };
  token_use: { token_id: string; last_used_at: number; last_address: string };

  /** `target` is 'default', 'instance' or a token's id. */
  rate_limit: RateLimitRow;
  /** Limits that are counted beside those and enforced nowhere; the same targets. */
  rate_limit_trial: RateLimitRow;
  /** Since when the counters of a target ('instance' or a token's id) count: the last reset of each. */
  limit_reset: {
    id: Generated<number>;
    target: string;
    boot: string | null;
    monotonic: number;
    wall: number;
  };
  /** What the wall clock said; see features/limits/clock-marks.ts. */
  clock_mark: { id: Generated<number>; boot: string; since: number; monotonic: number; wall: number };

  ip_rule: { id: string; range: string; label: string; all_tokens: number; created_at: number };
  ip_rule_token: { rule_id: string; token_id: string };

  /** Who signs in to a server. `password_hash` is Argon2id's, with its parameters. */
  admin_account: {
    id: string;
    name: string;
    role: Role;
    active: number;
    password_hash: string;
    password_set_at: number;
    created_at: number;
    created_by: string;
    last_sign_in_at: number | null;
  };
  admin_session: {
    id: string;
    account_id: string;
    created_at: number;
    renewed_at: number;
    expires_at: number;
    stepped_up_at: number;
    address: string;
    user_agent: string;
    ended_at: number | null;
    ended: SessionEnd | null;
  };
  /** Only SHA-256 hashes. A refresh credential that was used stays, so that it is known when it comes again. */
  admin_credential: {
    hash: string;
    session_id: string;
    kind: 'access' | 'refresh';
    expires_at: number;
    used_at: number | null;
  };
  /** Passwords that were tried and not found right (yet). `account` is not a name; see features/admins/throttle.ts. */
  password_attempt: { id: Generated<number>; account: string; network: string; at: number };
  /** Views of the log that were given a name, for everyone. `columns` is JSON; null: those it begins with. */
  saved_view: {
    id: string;
    name: string;
    query: string;
    range: string | null;
    columns: string | null;
    created_by: string;
    created_at: number;
  };
  /**
   * Every change by an admin, sign-in and export. `before` and `after` are canonical JSON, `mac` is hexadecimal and
   * chains the entry to the one before.
   */
  audit_entry: {
    seq: number;
    at: number;
    actor: string;
    action: string;
    subject_kind: string;
    subject_id: string;
    subject_name: string;
    before: string | null;
    after: string | null;
    key_id: string;
    mac: string;
  };

  // The built-in Shifts API's own rows.
  employee: {
    id: string;
    name: string;
    email: string;
    position: string;
    status: 'active' | 'inactive';
    business_unit_id: string;
    location_id: string;
    created_at: number;
  };
  employee_group: { employee_id: string; group_id: string };
  shift: {
    id: string;
    employee_id: string;
    business_unit_id: string;
    location_id: string;
    start_at: number;
    end_at: number;
    status: 'draft' | 'published' | 'completed' | 'cancelled';
    note: string;
  };
  attendance: {
    id: string;
    shift_id: string | null;
    employee_id: string;
    business_unit_id: string;
    location_id: string;
    clock_in_at: number;
    clock_out_at: number | null;
  };
  report: {
    id: string;
    kind: 'hours' | 'attendance' | 'headcount';
    from_at: number;
    to_at: number;
    business_unit_id: string | null;
    location_id: string | null;
    created_at: number;
    /** JSON: the report's rows. */
    result: string;
    /** JSON: what was visible to the token that made it; null in place of a list is everything. */
    covers: Generated<string>;
  };
  notification: {
    id: string;
    title: string;
    body: string;
    business_unit_id: string;
    location_id: string;
    sent_at: number;
    recipients: number;
  };
  notification_recipient: { notification_id: string; employee_id: string };
}

interface RateLimitRow {
  target: string;
  per_hour: number;
  burst_requests: number;
  burst_seconds: number;
}

export type SessionEnd = 'signed-out' | 'revoked' | 'reused' | 'disabled' | 'password';
/** Whether a gateway counts by itself, with all others, by itself as the shared counters are away, or not at all then. */
export type LimitsMode = 'own' | 'shared' | 'suspended' | 'unavailable';
export type Access = 'read' | 'write';
export type Scope = 'read-only' | 'full' | 'limited';
export type PlaceKind = 'businessUnit' | 'location' | 'userGroup';

/** What a policy change is about; `entity` is the id for 'token', 'user' and 'ip', empty for the rest. */
export type PolicyKind = 'token' | 'user' | 'limits' | 'limit_reset' | 'ip' | 'key' | 'all';
