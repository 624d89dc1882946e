import { type Reads, rowsAmong } from '../../db/reads.ts';
import type { OwnedRule } from './judge-address.ts';

interface RuleRow {
  id: string;
  range: string;
  label: string;
  all_tokens: number;
}
interface TokenRow {
  rule_id: string;
  token_id: string;
}

/**
 * The IP rules with these ids, or all of them, read in the caller's transaction. An id that is not there is left out.
 * `ids` are read a statement each, so that one changed rule costs nothing of the others.
 */
export function* readIpRules(ids?: readonly string[]): Reads<OwnedRule[]> {
  const tokens = Map.groupBy(
    yield* rowsAmong<TokenRow>('SELECT rule_id, token_id FROM ip_rule_token', 'rule_id', ids),
    (row) => row.rule_id,
  );
  return (yield* rowsAmong<RuleRow>('SELECT id, range, label, all_tokens FROM ip_rule', 'id', ids)).map(
    (row) => ({
      id: row.id,
      range: row.range,
      label: row.label,
      tokenIds: row.all_tokens === 1 ? null : (tokens.get(row.id) ?? []).map((chosen) => chosen.token_id),
    }),
  );
}
