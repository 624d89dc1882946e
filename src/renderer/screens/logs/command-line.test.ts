import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { commandLine } from './command-line.ts';

/** What a POSIX shell would hand to the command. */
const argumentsOf = (command: string): string[] =>
  execFileSync(
    'sh',
    ['-c', `gatehouse() { for word in "$@"; do printf '%s\\0' "$word"; done; }\n${command}`],
    {
      encoding: 'utf8',
    },
  )
    .split('\0')
    .slice(0, -1);

const from = new Date('2026-11-24T10:00:00Z');
const to = new Date('2026-11-25T10:00:00Z');

test('the view as a command asks for the same', () => {
  expect(commandLine({ query: 'status:429', from, to }, ['--db', 'a b.db'])).toBe(
    "gatehouse logs query status:429 --db 'a b.db' --from 2026-11-24T10:00:00.000Z --to 2026-11-25T10:00:00.000Z",
  );
  expect(commandLine({}, [])).toBe('gatehouse logs query');
});

test('what somebody wrote in a query can run nothing in a shell, and arrives as it was', () => {
  const query = `"$(echo run)'; echo run" token:"Pay'roll \`x\`" ms:>200 !! \\*`;
  expect(argumentsOf(commandLine({ query, from }, []))).toEqual([
    'logs',
    'query',
    query,
    '--from',
    from.toISOString(),
  ]);
});

test('a query that begins with an exclusion is no option', () => {
  expect(argumentsOf(commandLine({ query: '-status:200', from }, []))).toEqual([
    'logs',
    'query',
    '--from',
    from.toISOString(),
    '--',
    '-status:200',
  ]);
});
