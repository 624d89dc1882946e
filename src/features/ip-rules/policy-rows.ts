import type { SqliteFile } from '../../db/open.ts';
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
export function readIpRules(file: SqliteFile, ids?: readonly string[]): OwnedRule[] {
  const read = <Row>(sql: string, column: string): Row[] => {
    if (ids === undefined) return file.prepare(sql).all() as Row[];
    const one = file.prepare(`${sql} WHERE ${column} = ?`);
    return ids.flatMap((id) => one.all(id) as Row[]);
  };
  const tokens = Map.groupBy(
    read<TokenRow>('SELECT rule_id, token_id FROM ip_rule_token', 'rule_id'),
    (row) => row.rule_id,
  );
  return read<RuleRow>('SELECT id, range, label, all_tokens FROM ip_rule', 'id').map((row) => ({
    id: row.id,
    range: row.range,
    label: row.label,
    tokenIds: row.all_tokens === 1 ? null : (tokens.get(row.id) ?? []).map((chosen) => chosen.token_id),
  }));
}
