import { DAY } from '../base/clock.ts';
import type { Schema } from '../db/schema.ts';
import { DEMO_DOMAIN } from './people.ts';
import { type Places, seededId } from './places.ts';
import type { Random } from './random.ts';

/** The demo's directory users, and its tokens: one of each kind that the console can show. */
export interface Access {
  readonly users: Schema['user'][];
  readonly userRestrictions: Schema['user_restriction'][];
  readonly tokens: Schema['token'][];
  readonly tokenEndpoints: Schema['token_endpoint'][];
  readonly tokenRestrictions: Schema['token_restriction'][];
  readonly limits: Schema['rate_limit'][];
  readonly ipRules: Schema['ip_rule'][];
  readonly ipRuleTokens: Schema['ip_rule_token'][];
}

export const TOKEN_NAMES = {
  planning: 'Planning integration',
  payroll: 'Payroll export',
  clocks: 'Time clock terminals',
  selfService: 'Rotterdam self-service',
  trial: 'Reporting trial',
  intranet: 'Old intranet',
} as const;
export type DemoToken = keyof typeof TOKEN_NAMES;

export function makeAccess(random: Random, places: Places, now: number, actor: string): Access {
  const user = (name: string, mailbox: string, more: Partial<Schema['user']> = {}): Schema['user'] => {
    const at = now - random.int(90, 400) * DAY;
    const email = `${mailbox}@${DEMO_DOMAIN}`;
    return { id: seededId(random, at), email, name, access: 'write', active: 1, created_at: at, ...more };
  };
  const operations = user('Marit van Dalen', 'marit.van-dalen');
  const payrollUser = user('Payroll service', 'payroll', { access: 'read' });
  const planner = user('Samir Haddad', 'samir.haddad');
  const former = user('Idris Bakker', 'idris.bakker', { active: 0 });
  const terminals = user('Time clocks', 'time-clocks');

  const token = (
    name: string,
    owner: Schema['user'],
    scope: Schema['token']['scope'],
    ageDays: number,
    more: Partial<Schema['token']> = {},
  ): Schema['token'] => ({
    id: seededId(random, now - ageDays * DAY),
    name,
    user_id: owner.id,
    scope,
    active: 1,
    note: '',
    created_at: now - ageDays * DAY,
    created_by: actor,
    expires_at: null,
    revoked_at: null,
    revoked_by: null,
    ...more,
  });
  const planning = token(TOKEN_NAMES.planning, operations, 'full', 80, {
    note: 'Two-way synchronisation with the planning system; owned by Operations.',
  });
  const payroll = token(TOKEN_NAMES.payroll, payrollUser, 'read-only', 30, { expires_at: now + 60 * DAY });
  const clocks = token(TOKEN_NAMES.clocks, terminals, 'limited', 45, {
    expires_at: now + 45 * DAY,
    note: 'Only from the terminals’ own network.',
  });
  const selfService = token(TOKEN_NAMES.selfService, planner, 'full', 20, { expires_at: now + 70 * DAY });
  const trial = token(TOKEN_NAMES.trial, operations, 'limited', 9, { expires_at: now + 5 * DAY });
  const intranet = token(TOKEN_NAMES.intranet, former, 'full', 85, {
    revoked_at: now - 12 * DAY,
    revoked_by: actor,
    note: 'Replaced by the planning integration.',
  });

  const ipRule = (range: string, label: string): Schema['ip_rule'] => ({
    id: seededId(random, now - 45 * DAY),
    range,
    label,
    all_tokens: 0,
    created_at: now - 45 * DAY,
  });
  const ipRules = [ipRule('127.0.0.1/32', 'This computer'), ipRule('192.0.2.0/24', 'Terminal network')];
  const grant = (owner: Schema['token'], target: string, access: 'read' | 'write') =>
    ({ token_id: owner.id, kind: 'tag', target, access }) as const;
  const rotterdam = places.location('Rotterdam Centre');
  return {
    users: [operations, payrollUser, planner, former, terminals],
    userRestrictions: [rotterdam, places.location('Rotterdam South')].map((place) => ({
      user_id: planner.id,
      kind: 'location',
      place_id: place,
    })),
    tokens: [planning, payroll, clocks, selfService, trial, intranet],
    tokenEndpoints: [
      grant(clocks, 'attendance', 'write'),
      grant(clocks, 'employees', 'read'),
      grant(trial, 'reports', 'write'),
      grant(trial, 'business-units', 'read'),
      grant(trial, 'locations', 'read'),
    ],
    tokenRestrictions: [{ token_id: selfService.id, kind: 'location', place_id: rotterdam }],
    limits: [
      { target: planning.id, per_hour: 100_000, burst_requests: 2_000, burst_seconds: 10 },
      { target: selfService.id, per_hour: 600, burst_requests: 10, burst_seconds: 10 },
    ],
    ipRules,
    ipRuleTokens: ipRules.map((rule) => ({ rule_id: rule.id, token_id: clocks.id })),
  };
}
