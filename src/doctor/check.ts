/** What a check came to: `warn` will be trouble or may be wrong, `fail` is wrong. */
export type Level = 'ok' | 'warn' | 'fail';

export interface Finding {
  readonly level: Level;
  /** What was found. */
  readonly detail: string;
  /** What to do about it; null where nothing is to be done. */
  readonly remedy: string | null;
}

export interface CheckResult extends Finding {
  readonly name: string;
}

export const ok = (detail: string): Finding => ({ level: 'ok', detail, remedy: null });
export const warn = (detail: string, remedy: string): Finding => ({ level: 'warn', detail, remedy });
export const fail = (detail: string, remedy: string): Finding => ({ level: 'fail', detail, remedy });

/** Where a database cannot be mended, this is what is left. */
export const RESTORE = 'Stop the gateway, keep a copy of the files, and restore the last backup.';

export const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);
