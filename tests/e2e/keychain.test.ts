import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { makeSecretService } from '../support/secret-service.ts';

const run = promisify(execFile);
const service = makeSecretService();
afterAll(() => service.remove());

const node = [process.execPath, join(import.meta.dirname, '../support/keychain-process.ts')];

interface Answered {
  forThisRunOnly: string | null;
  answers: unknown[];
}

describe.runIf(process.platform === 'linux')('the keychain, on a real Secret Service', () => {
  test('keeps, finds, replaces and deletes passwords, and says whether there was one', async () => {
    const { command, args, env } = service.wrap([
      ...node,
      JSON.stringify([
        ['getPassword', 'gatehouse-test', 'ada'],
        ['setPassword', 'gatehouse-test', 'ada', 'first'],
        ['setPassword', 'gatehouse-test', 'ada', 'sécond ☂'],
        ['setPassword', 'gatehouse-test', 'grace', 'third'],
        ['setPassword', 'another-service', 'ada', 'other'],
        ['getPassword', 'gatehouse-test', 'ada'],
        ['findCredentials', 'gatehouse-test'],
        ['findPassword', 'another-service'],
        ['deletePassword', 'gatehouse-test', 'grace'],
        ['deletePassword', 'gatehouse-test', 'grace'],
        ['findCredentials', 'gatehouse-test'],
      ]),
    ]);
    const { stdout } = await run(command, args, { env });
    const { forThisRunOnly, answers } = JSON.parse(stdout) as Answered;
    expect(forThisRunOnly).toBeNull();
    const [before, , , , , kept, all, other, deleted, again, rest] = answers;
    expect(before).toBeNull();
    expect(kept).toBe('sécond ☂');
    expect(new Set(all as object[])).toEqual(
      new Set([
        { account: 'ada', password: 'sécond ☂' },
        { account: 'grace', password: 'third' },
      ]),
    );
    expect(other).toBe('other');
    expect([deleted, again]).toEqual([true, false]);
    expect(rest).toEqual([{ account: 'ada', password: 'sécond ☂' }]);
  });

  test("what is kept is the system's: another program reads it, in a later process", async () => {
    const set = JSON.stringify([['setPassword', 'gatehouse-test', 'ada', 'for others too']]);
    const script = `"$0" "$1" '${set}' >/dev/null && secret-tool search --all service gatehouse-test`;
    const { command, args, env } = service.wrap(['sh', '-c', script, ...node]);
    const { stdout } = await run(command, args, { env });
    expect(stdout).toContain('secret = for others too');
  });

  test('without a Secret Service it is for this run only, and says so; never the kernel, never a file', async () => {
    const steps = JSON.stringify([
      ['setPassword', 'gatehouse-test', 'ada', 'for now'],
      ['getPassword', 'gatehouse-test', 'ada'],
      ['findCredentials', 'gatehouse-test'],
    ]);
    const [program, script] = node as [string, string];
    const env = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere',
    };
    const kept = JSON.parse((await run(program, [script, steps], { env })).stdout) as Answered;
    expect(kept.forThisRunOnly).toBeTruthy();
    expect(kept.answers.slice(1)).toEqual(['for now', [{ account: 'ada', password: 'for now' }]]);
    const later = JSON.stringify([['getPassword', 'gatehouse-test', 'ada']]);
    expect((JSON.parse((await run(program, [script, later], { env })).stdout) as Answered).answers).toEqual([
      null,
    ]);
  });
});
