import { text } from 'node:stream/consumers';
import { UsageError } from './usage-error.ts';

/** The password on the first line of standard input, never an argument: those every process on a machine can read. */
export async function passwordFromStdin(): Promise<string> {
  const [password = ''] = (await text(process.stdin)).split(/\r?\n/, 1);
  if (password === '') throw new UsageError('--password-stdin: there is no password on standard input');
  return password;
}
