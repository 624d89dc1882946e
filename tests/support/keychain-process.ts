/** Asks the keychain for what the arguments say, and prints its answers as JSON: for tests, in a session of their own. */
import { type Keychain, openKeychain } from '../../src/keychain/keychain.ts';

const steps = JSON.parse(process.argv[2] ?? '[]') as [keyof Keychain, ...string[]][];
const { keychain, forThisRunOnly } = await openKeychain('gatehouse-test');
const answers: unknown[] = [];
for (const [name, ...args] of steps)
  answers.push((await (keychain[name] as (...args: string[]) => Promise<unknown>)(...args)) ?? null);
process.stdout.write(JSON.stringify({ forThisRunOnly, answers }));
