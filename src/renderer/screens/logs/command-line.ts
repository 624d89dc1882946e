import type { LogFilter } from '../../../features/logs/contract.ts';
import { shellWord } from './shell-word.ts';

/**
 * The command that prints the same rows: with `place`, of the same instance ("--db", "shifts.db"); or of the files that are
 * reviewed.
 */
export function commandLine(
  { query, from, to }: LogFilter,
  place: readonly string[],
  files: readonly string[] | null = null,
): string {
  const words = [
    ...(files === null ? ['gatehouse', 'logs', 'query'] : ['gatehouse', 'review', ...files]),
    // An expression that begins with a "-" is no option.
    ...(query === undefined ? [] : query.startsWith('-') ? ['--', query] : [query]),
  ];
  const options = [
    ...(files === null ? place : []),
    ...(from === undefined ? [] : ['--from', from.toISOString()]),
    ...(to === undefined ? [] : ['--to', to.toISOString()]),
  ];
  const end = words.indexOf('--');
  return (end === -1 ? [...words, ...options] : words.toSpliced(end, 0, ...options)).map(shellWord).join(' ');
}
