import type { SqliteFile } from '../../db/open.ts';

/**
 * Ends every session of a main file that nobody serves: of one that is restored, some may have been ended since. An
 * older file has no sessions.
 * @param now Unix milliseconds
 */
export function endAllSessions(file: SqliteFile, now: number): void {
  if (!file.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'admin_session'").get()) return;
  file
    .transaction(() => {
      file.prepare('DELETE FROM admin_credential').run();
      file
        .prepare("UPDATE admin_session SET ended = 'revoked', ended_at = ? WHERE ended_at IS NULL")
        .run(now);
    })
    .immediate();
}
