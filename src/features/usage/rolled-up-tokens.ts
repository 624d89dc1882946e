import type { SqliteFile } from '../../db/open.ts';
import type { Grain } from './rollup.ts';

/** Every token that has roll-ups, '' and '*' included: one look-up each, however many rows there are. */
export function rolledUpTokens(file: SqliteFile, grain: Grain): string[] {
  const next = file
    .prepare<[string], string | null>(`SELECT min(token_id) FROM ${grain} WHERE token_id > ?`)
    .pluck();
  const tokens: string[] = [];
  const none = file.prepare(`SELECT 1 FROM ${grain} WHERE token_id = '' LIMIT 1`).get();
  if (none) tokens.push('');
  for (let token = next.get(''); token != null; token = next.get(token)) tokens.push(token);
  return tokens;
}
