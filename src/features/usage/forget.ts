import type { SqliteFile } from '../../db/open.ts';
import { rolledUpTokens } from './rolled-up-tokens.ts';
import type { Grain } from './rollup.ts';

/** Deletes the roll-ups of buckets before `time`, a token at a time: each is one stretch of the primary key. */
export function forgetBefore(file: SqliteFile, grain: Grain, time: number): void {
  const forget = file.prepare(`DELETE FROM ${grain} WHERE token_id = ? AND bucket < ?`);
  for (const token of rolledUpTokens(file, grain)) forget.run(token, time);
}
