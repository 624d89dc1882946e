import { openSqlite } from '../../src/db/open.ts';

/** The id of the nth of them. */
export const manyTokenId = (n: number): string => `019ac000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/**
 * Puts `count` tokens into an instance's file, for tests of large instances: each with a secret whose hash belongs to
 * no text, named by turns in capitals and small letters. Every third never expires; every second was used, every fourth
 * of all 100 days ago; every tenth is switched off.
 * @param now Unix milliseconds
 */
export function insertManyTokens(path: string, { userId, count, now }: ManyTokens): void {
  const file = openSqlite(path);
  const numbers = `WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < ${count - 1})`;
  const id = `printf('019ac000-0000-7000-8000-%012d', n)`;
  file.transaction(() => {
    file
      .prepare(
        `${numbers} INSERT INTO token SELECT ${id}, iif(n % 2, 'token ', 'Token ') || n, @userId, 'full', n % 10 > 0, '',
           @now, 'os:test', iif(n % 3, @now + 7776000000, NULL), NULL, NULL FROM number`,
      )
      .run({ userId, now });
    file
      .prepare(
        `${numbers} INSERT INTO token_secret SELECT lower(hex(randomblob(16))), randomblob(32), 'none', ${id},
           'shf_' || n, @now, NULL, 'client' FROM number`,
      )
      .run({ now });
    file
      .prepare(
        `${numbers} INSERT INTO token_use SELECT ${id}, @now - iif(n % 4, 0, 8640000000), '192.0.2.1' FROM number
           WHERE n % 2 = 0`,
      )
      .run({ now });
  })();
  file.close();
}

interface ManyTokens {
  userId: string;
  count: number;
  now: number;
}
