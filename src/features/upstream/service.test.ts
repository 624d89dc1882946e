import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  ENGINES,
  handClock,
  instanceAt,
  refusal,
  testFolder,
  testInstance,
  testInstanceOn,
} from '../../../tests/support/instance.ts';
import { rawDatabase } from '../../../tests/support/raw-database.ts';
import { thingsDocument } from '../../../tests/support/upstream.ts';
import { MINUTE } from '../../base/clock.ts';
import { takeFileLock } from '../../db/file-lock.ts';
import { checkUpstream } from './check.ts';
import { upstreamSettings } from './contract.ts';
import { openUpstream } from './open.ts';

const url = 'http://127.0.0.1:9000';

test.each(ENGINES)(
  'on %s what is set is the catalogue of every service on the instance, each change one of the policy',
  async (engine) => {
    const { place, ask } = await testInstanceOn(engine);
    const { ask: other } = await instanceAt(place);
    const raw = rawDatabase(place);
    const changes = async () => (await raw.rows(`SELECT kind FROM policy_change WHERE kind = 'all'`)).length;
    const builtIn = await ask.upstream.get();
    expect(builtIn).toMatchObject({ settings: null, catalogue: { kind: 'built-in', url: null } });
    const document = thingsDocument();
    const view = await ask.upstream.set({ url, openApiFile: document });
    expect(view).toEqual({
      settings: {
        url: `${url}/`,
        openApiFile: document,
        allowAddresses: [],
        connectSeconds: 5,
        headersSeconds: 60,
        idleSeconds: 60,
      },
      catalogue: { kind: 'proxied', url: `${url}/`, openApiFile: document, endpoints: 7, tags: 2 },
    });
    expect((await other.endpoints.list()).map(({ operation }) => operation)).toContain('putThing');
    const user = await other.directory.users.add({ email: 'a@x.test', name: 'A' });
    const limited = (target: string) =>
      other.tokens.create({
        name: 'T',
        userId: user.id,
        scope: 'limited',
        endpoints: [{ kind: 'tag', target, access: 'read' }],
      });
    expect((await limited('bulk')).token.endpoints).toHaveLength(1);
    expect(await refusal(limited('shifts'))).toMatchObject({ code: 'endpoint.unknown' });
    expect(await changes()).toBe(1);
    await ask.upstream.set({ url, openApiFile: document });
    expect(await changes()).toBe(1);
    expect(await ask.upstream.clear()).toEqual(builtIn);
    expect(await changes()).toBe(2);
    expect(await limited('shifts')).toBeDefined();
  },
);

test('on Postgres a catalogue stays while any gateway says that it runs', async () => {
  const clock = handClock();
  const { place, ask } = await testInstanceOn('postgres', { clock });
  const raw = rawDatabase(place);
  await raw.run(
    `INSERT INTO gateway (id, host, pid, address, started_at, seen_at, policy_version, limits)
     VALUES ('g', 'h', 1, NULL, 0, ?, 0, 'own')`,
    clock.now(),
  );
  await ask.upstream.set({ url, openApiFile: thingsDocument() });
  expect((await ask.upstream.get()).catalogue.kind).toBe('built-in');
  clock.move(MINUTE);
  await ask.upstream.set({ url, openApiFile: thingsDocument() });
  expect((await ask.upstream.get()).catalogue.kind).toBe('proxied');
});

test('while a gateway runs its catalogue stays; what is set waits for the next start, and flags come before it', async () => {
  const { file, ask } = await testInstance();
  const lock = takeFileLock(file);
  await ask.upstream.set({ url, openApiFile: thingsDocument() });
  expect((await ask.upstream.get()).catalogue.kind).toBe('built-in');
  lock?.release();
  const flags = await openUpstream(
    { engine: 'sqlite', file },
    { url: 'https://api.test/base', idleSeconds: 7 },
    1,
  );
  expect(flags).toMatchObject({ origin: 'https://api.test', prefix: '/base', settings: { idleSeconds: 7 } });
  expect((await ask.upstream.get()).catalogue.url).toBe('https://api.test/base');
  expect((await ask.upstream.get()).settings?.url).toBe(`${url}/`);
  expect(await openUpstream({ engine: 'sqlite', file }, null, 1)).toBeNull();
  expect((await ask.upstream.get()).catalogue.kind).toBe('built-in');
  expect((await openUpstream({ engine: 'sqlite', file }, undefined, 1))?.origin).toBe(url);
});

test.each([
  [{ url: 'ftp://x' }, 'input.invalid', 'url'],
  [{ url: 'api.test' }, 'input.invalid', 'url'],
  [{ url: 'http://user:pw@api.test' }, 'input.invalid', 'url'],
  [{ url: 'http://api.test/?q' }, 'input.invalid', 'url'],
  [{ url: 'http://169.254.169.254/' }, 'input.invalid', 'url'],
  [{ url: 'http://[::ffff:a9fe:a9fe]/' }, 'input.invalid', 'url'],
  [{ allowAddresses: ['10.0.0.0/33'] }, 'range.invalid', undefined],
  [{ openApiFile: 'api.yaml' }, 'input.invalid', 'openApiFile'],
  [{ openApiFile: '/nowhere/api.yaml' }, 'openapi.invalid', undefined],
])('%o is refused with %s', async (change, code, field) => {
  const { ask } = await testInstance();
  const { code: got, data } = await refusal(
    ask.upstream.set({ url, openApiFile: thingsDocument(), ...change }),
  );
  expect(got).toBe(code);
  expect((data as { field?: string }).field).toBe(field);
});

test("the upstream's path stands in front, but for the base path that the document has already", () => {
  const file = join(testFolder(), 'api.json');
  const prefix = (upstream: string, server: string) => {
    writeFileSync(
      file,
      JSON.stringify({ openapi: '3.0.0', servers: [{ url: server }], paths: { '/a': { get: {} } } }),
    );
    return checkUpstream(upstreamSettings.parse({ url: upstream, openApiFile: file })).prefix;
  };
  expect(prefix('http://h', '/v3')).toBe('');
  expect(prefix('http://h/base/', '/')).toBe('/base');
  expect(prefix('http://h/api/v3', 'https://example.org/api/v3/')).toBe('');
  expect(prefix('http://h/x/api/v3', '/api/v3')).toBe('/x');
  expect(prefix('http://h/x', '/api/v3')).toBe('/x');
});

test('an address on the deny list can be allowed', () => {
  const given = { url: 'http://169.254.7.7', openApiFile: thingsDocument() };
  const settings = upstreamSettings.parse({ ...given, allowAddresses: ['169.254.7.1/24'] });
  expect(checkUpstream(settings).settings.allowAddresses).toEqual(['169.254.7.0/24']);
});
