import type { SqliteFile } from '../../db/open.ts';
import type { RangeRule } from './ranges.ts';

/** Every IP rule: those for all API access, and those of a token, by its id. */
export interface PolicyIpRules {
  readonly all: RangeRule[];
  readonly byToken: Map<string, RangeRule[]>;
}

/** The IP rules, read in the caller's transaction. */
export function readIpRules(file: SqliteFile): PolicyIpRules {
  const all = file
    .prepare('SELECT id, range, label FROM ip_rule WHERE all_tokens = 1 ORDER BY id')
    .all() as RangeRule[];
  const chosen = file
    .prepare(
      `SELECT token_id, id, range, label FROM ip_rule_token JOIN ip_rule ON id = rule_id
       WHERE all_tokens = 0 ORDER BY id`,
    )
    .all() as (RangeRule & { token_id: string })[];
  const byToken = new Map<string, RangeRule[]>();
  for (const { token_id, ...rule } of chosen) {
    const rules = byToken.get(token_id);
    if (rules) rules.push(rule);
    else byToken.set(token_id, [rule]);
  }
  return { all, byToken };
}
