import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  gatehouse,
  gatehouseJson,
  gatehouseUnread,
  type LoggedRow,
  logsOnce,
  type Serving,
  serve,
} from './support/gatehouse.ts';
import { startUpstream, thingsDocument } from './support/upstream.ts';

/** The command line, the gateway and the instance's files, from outside: real processes, real HTTP. */
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-black-box-'));
const file = join(folder, 'instance.db');
let serving: Serving;

interface Problem {
  code: string;
  requestId: string;
  errors?: { field: string }[];
}
interface Shift {
  id: string;
  employeeId: string;
  businessUnitId: string;
  locationId: string;
  start: string;
  end: string;
  status: string;
}

const on = ['--db', file];
const NOBODY = '01a211cd-2910-763e-932e-000000000000';
const call = (path: string, secret: string | null, init: RequestInit = {}): Promise<Response> =>
  fetch(serving.gateway + path, {
    ...init,
    headers: { ...(secret === null ? {} : { authorization: `Bearer ${secret}` }), ...init.headers },
  });
const problemOf = async (response: Response) => (await response.json()) as Problem;
const createToken = (...args: string[]) =>
  gatehouseJson<{ id: string; secret: string }>('token', 'create', ...on, ...args);
const ada = ['--user', 'ada@example.org'];

beforeAll(async () => {
  serving = await serve(file, '--demo');
  await gatehouse('user', 'add', 'ada@example.org', '--name', 'Ada', ...on);
}, 60_000);

afterAll(async () => {
  await serving.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

describe('scopes', () => {
  test('a read-only token reads with the three limit headers, and may not write', async () => {
    const { secret } = await createToken('--name', 'Reader', ...ada, '--scope', 'read-only');
    const read = await call('/v1/shifts', secret);
    expect(read.status).toBe(200);
    expect(Number(read.headers.get('x-ratelimit-limit'))).toBe(10_000);
    expect(Number(read.headers.get('x-ratelimit-remaining'))).toBe(9_999);
    expect(Number(read.headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000);
    expect(read.headers.get('x-request-id')).toBeTruthy();
    const { items } = (await read.json()) as { items: Shift[] };
    expect(Object.keys(items[0] ?? {})).toEqual(
      expect.arrayContaining(['id', 'employeeId', 'businessUnitId', 'locationId', 'start', 'end', 'status']),
    );

    const write = await call('/v1/shifts', secret, { method: 'POST', body: '{}' });
    expect(write.status).toBe(403);
    expect(write.headers.get('content-type')).toContain('application/problem+json');
    expect(await problemOf(write)).toMatchObject({ code: 'scope.method', requestId: expect.any(String) });
  });

  test('a limited token stays inside its endpoints and its access to each', async () => {
    const { secret } = await createToken(
      ...[
        '--name',
        'Limited',
        ...ada,
        '--scope',
        'limited',
        '--endpoint',
        'shifts',
        '--endpoint',
        'attendance:write',
      ],
    );
    expect((await call('/v1/shifts', secret)).status).toBe(200);
    expect(await problemOf(await call('/v1/employees', secret))).toMatchObject({ code: 'scope.endpoint' });
    expect(await problemOf(await call('/v1/shifts', secret, { method: 'POST', body: '{}' }))).toMatchObject({
      code: 'scope.method',
    });
    // Allowed to write there: so it is the body that is judged.
    const invalid = await call('/v1/attendance', secret, {
      method: 'POST',
      body: '{"employeeId":5}',
      headers: { 'content-type': 'application/json' },
    });
    expect(invalid.status).toBe(400);
    const { errors } = await problemOf(invalid);
    expect(errors?.map((error) => error.field)).toContain('employeeId');
  });

  test('a token restricted to a location sees its rows and no others', async () => {
    const locations = await gatehouseJson<{ id: string; name: string }[]>('location', 'list', ...on);
    const [here] = locations;
    if (!here) throw new Error('the demo has no location');
    const { secret } = await createToken(
      ...['--name', 'Local', ...ada, '--scope', 'full', '--location', here.name, '--expires', 'never'],
    );
    const all = await createToken('--name', 'Everywhere', ...ada, '--scope', 'read-only');
    const { items } = (await (await call('/v1/shifts?limit=200', secret)).json()) as { items: Shift[] };
    expect(items.length).toBeGreaterThan(0);
    expect(new Set(items.map((shift) => shift.locationId))).toEqual(new Set([here.id]));

    const everything = (await (await call('/v1/shifts?limit=200', all.secret)).json()) as { items: Shift[] };
    const elsewhere = everything.items.find((shift) => shift.locationId !== here.id);
    if (!elsewhere) throw new Error('the demo has shifts at one location only');
    const [hidden, missing] = await Promise.all([
      call(`/v1/shifts/${elsewhere.id}`, secret),
      call('/v1/shifts/01a210cf-7684-71d6-a79e-6080cb22873f', secret),
    ]);
    expect([hidden.status, missing.status]).toEqual([404, 404]);
    const [first, second] = [await problemOf(hidden), await problemOf(missing)];
    expect({ ...first, requestId: '' }).toEqual({ ...second, requestId: '' });
    const moved = await call(`/v1/shifts/${items[0]?.id}`, secret, {
      method: 'PATCH',
      body: JSON.stringify({ locationId: elsewhere.locationId }),
      headers: { 'content-type': 'application/json' },
    });
    expect(moved.status).toBe(403);
    expect(await problemOf(moved)).toMatchObject({ code: 'restriction.write' });
  });
});

// Before any test floods the gateway with dead credentials: then they are 429 for a minute.
describe('token life', () => {
  const statusOf = async (secret: string) => (await call('/v1/shifts?limit=1', secret)).status;

  test('rotate, end-overlap and a replaced key, each by another process, are in force when the command returns', async () => {
    const { id, secret: first } = await createToken('--name', 'Rotated', '--scope', 'full', ...ada);
    const rotated = await gatehouseJson<{ id: string; secret: string; oldValidUntil: string }>(
      ...['token', 'rotate', id, '--overlap', '1h', ...on],
    );
    expect(rotated.id).toBe(id);
    expect(Date.parse(rotated.oldValidUntil)).toBeGreaterThan(Date.now());
    expect([await statusOf(first), await statusOf(rotated.secret)]).toEqual([200, 200]);
    const refused = await gatehouse('token', 'rotate', id, '--overlap', '1h', ...on);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('End that overlap first') });
    await gatehouseJson('token', 'end-overlap', id, ...on);
    expect([await statusOf(first), await statusOf(rotated.secret)]).toEqual([401, 200]);

    const { keys } = await gatehouseJson<{ keys: { id: string }[] }>('key', 'replace', ...on);
    const next = await gatehouseJson<{ secret: string }>('token', 'rotate', id, '--overlap', '7d', ...on);
    expect([await statusOf(rotated.secret), await statusOf(next.secret)]).toEqual([200, 200]);
    const retired = await gatehouse('key', 'retire', keys[1]?.id ?? '', ...on);
    expect(retired).toMatchObject({ code: 2, stderr: expect.stringContaining('live secrets') });
  });

  test('set changes what is given, at once, and not beyond the policy', async () => {
    const { id, secret } = await createToken('--name', 'Changed', '--scope', 'full', ...ada);
    await gatehouseJson('token', 'set', id, '--scope', 'limited', '--endpoint', 'reports', ...on);
    expect(await statusOf(secret)).toBe(403);
    await gatehouseJson('token', 'set', id, '--endpoint', 'shifts:write', '--note', 'n', ...on);
    expect(await statusOf(secret)).toBe(200);
    await gatehouseJson('policy', 'set', '--max-lifetime', '30', ...on);
    const refused = await gatehouse('token', 'set', id, '--expires', 'never', ...on);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('30 days') });
    const findings = await gatehouseJson<{ code: string; tokenId: string }[]>('token', 'hygiene', ...on);
    expect(findings.filter(({ tokenId }) => tokenId === id).map(({ code }) => code)).toContain(
      'expiry.beyond',
    );
    expect(await gatehouseJson('policy', 'set', '--max-lifetime', 'none', ...on)).toEqual({
      maxLifetimeDays: null,
    });
  });

  test('several tokens are revoked by one command, or none of them', async () => {
    const tokens = [
      await createToken('--name', 'One', '--scope', 'full', ...ada),
      await createToken('--name', 'Two', '--scope', 'full', ...ada),
    ];
    const ids = tokens.map((token) => token.id);
    const unknown = '0190f3c0-0000-7000-8000-000000000001';
    expect((await gatehouse('token', 'revoke', ...ids, unknown, ...on)).code).toBe(2);
    for (const { secret } of tokens) expect(await statusOf(secret)).toBe(200);
    await gatehouseJson('token', 'revoke', ...ids, ...on);
    for (const { secret } of tokens) expect(await statusOf(secret)).toBe(401);
  });
});

describe('why, and what if', () => {
  interface Explained {
    verdict: 'allow' | 'deny';
    status: number | null;
    code: string | null;
    checks: { name: string; outcome: 'passed' | 'failed'; compared: string; owner: string | null }[];
  }
  const explain = (...args: string[]) => gatehouseJson<Explained>('explain', ...args, ...on);

  test('a request that is not sent gets the verdict of one that is, and the log says the same of it later', async () => {
    const { id, secret } = await createToken('--name', 'Asked', ...ada, '--scope', 'read-only');
    const asked = ['--token', id, '--address', '127.0.0.1', '--method', 'POST', '--path', '/v1/shifts'];
    const before = await explain(...asked);
    const sent = await call('/v1/shifts', secret, { method: 'POST' });
    const problem = await problemOf(sent);
    expect(before).toMatchObject({ verdict: 'deny', status: sent.status, code: problem.code });
    await logsOnce(file, (rows) => rows.some((row) => row.requestId === problem.requestId), '--token', id);
    const after = await explain('--request', problem.requestId);
    expect(after).toMatchObject({ verdict: 'deny', status: 403, code: 'scope.method' });
    const outcomes = ({ checks }: Explained) =>
      checks.map(({ name, outcome, owner }) => [name, outcome, owner]);
    expect(outcomes(after)).toEqual(outcomes(before));
    expect(after.checks.at(-1)).toMatchObject({ name: 'scope', outcome: 'failed', owner: 'token' });
    expect(await explain(...asked.slice(0, 5), 'GET', '--path', '/v1/shifts')).toMatchObject({
      verdict: 'allow',
      status: null,
      code: null,
    });
    expect((await gatehouse('explain', ...asked.slice(0, 2), '--method', 'GET', ...on)).code).toBe(2);
    const typo = await gatehouse('explain', ...asked.with(3, '127.0.0.300'), ...on);
    expect([typo.code, typo.stderr]).toEqual([2, expect.stringContaining('address')]);
  });

  test('a rehearsal says what the log would have been, and changes nothing', async () => {
    interface Rehearsed {
      requests: number;
      byToken: { tokenId: string; wouldDeny: number }[];
      byReason: Record<string, number>;
    }
    const rehearse = (...args: string[]) =>
      gatehouseJson<Rehearsed>('rehearse', '--days', '1', ...args, ...on);
    /** What the draft alone would deny, and of this token: the log has rows of earlier policies too. */
    const denied = async (...draft: string[]) => {
      const [before, after] = [await rehearse(), await rehearse(...draft)];
      const reasons = Object.entries(after.byReason).map(([reason, n]) => [
        reason,
        n - (before.byReason[reason] ?? 0),
      ]);
      const own = after.byToken.find(({ tokenId }) => tokenId === id)?.wouldDeny ?? 0;
      return { own, byReason: Object.fromEntries(reasons.filter(([, n]) => n !== 0)) };
    };
    const { id, secret } = await createToken('--name', 'Rehearsed', ...ada, '--scope', 'full');
    for (let i = 0; i < 9; i++) expect((await call('/v1/locations', secret)).status).toBe(200);
    await logsOnce(file, (rows) => rows.length === 9, '--token', id);

    expect(await denied('--revoke', id)).toEqual({ own: 9, byReason: { 'token.revoked': 9 } });
    const slower = ['--limit-per-hour', '100', '--burst', '4', '--burst-seconds', '3600', '--token', id];
    expect(await denied(...slower)).toEqual({ own: 5, byReason: { 'limit.burst': 5 } });
    const elsewhere = ['--ip-add', '192.0.2.0/24', '--token', id];
    expect(await denied(...elsewhere)).toEqual({ own: 9, byReason: { 'ip.denied': 9 } });
    expect(await denied('--scope', 'read-only', '--token', id)).toEqual({ own: 0, byReason: {} });
    expect((await call('/v1/locations', secret)).status).toBe(200);

    const bad = await gatehouse('rehearse', '--ip-add', '192.0.2.0/33', ...on);
    expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining('192.0.2.0/33')]);
  });
});

describe('credentials', () => {
  test('nothing, a typo and an unknown secret are 401 and do not say which exists', async () => {
    const { secret } = await createToken('--name', 'Typo', ...ada, '--scope', 'full');
    const typo = secret.slice(0, 20) + (secret[20] === 'a' ? 'b' : 'a') + secret.slice(21);
    const missing = await call('/v1/shifts', null);
    expect([missing.status, missing.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining('Bearer'),
    ]);
    expect(await problemOf(missing)).toMatchObject({ code: 'token.missing' });
    expect(await problemOf(await call('/v1/shifts', typo))).toMatchObject({ code: 'token.invalid' });
    expect((await call(`/v1/shifts?access_token=${secret}`, null)).status).toBe(401);
  });

  test('switching off, a deactivated user and revocation by another process are in force when the command returns', async () => {
    const { id, secret } = await createToken('--name', 'Switch', ...ada, '--scope', 'full');
    const code = async () => {
      const response = await call('/v1/locations', secret);
      return response.status === 200 ? 200 : (await problemOf(response)).code;
    };
    expect(await code()).toBe(200);
    await gatehouse('token', 'disable', id, ...on);
    expect(await code()).toBe('token.inactive');
    await gatehouse('token', 'enable', id, ...on);
    expect(await code()).toBe(200);
    await gatehouse('user', 'deactivate', 'ada@example.org', ...on);
    expect(await code()).toBe('user.deactivated');
    await gatehouse('user', 'activate', 'ada@example.org', ...on);
    expect(await code()).toBe(200);
    await gatehouse('token', 'revoke', id, ...on);
    expect(await code()).toBe('token.revoked');
    expect((await gatehouse('token', 'enable', id, ...on)).code).toBe(2);
  });

  test('not one request is let in after the revocation returned, while eight connections hammer', async () => {
    const { id, secret } = await createToken('--name', 'Leaked', ...ada, '--scope', 'read-only');
    await gatehouse(
      'limit',
      'set',
      '--token',
      id,
      '--per-hour',
      '1000000',
      '--burst',
      '1000000',
      '--burst-seconds',
      '1',
      ...on,
    );
    let returned = false;
    let stop = false;
    let before = 0;
    const letInAfter: string[] = [];
    const hammer = async () => {
      while (!stop) {
        const sentAfter = returned;
        const response = await call('/v1/business-units', secret);
        await response.arrayBuffer();
        if (response.status === 200 && sentAfter) letInAfter.push(response.headers.get('x-request-id') ?? '');
        if (response.status === 200) before += 1;
      }
    };
    const hammers = Array.from({ length: 8 }, hammer);
    try {
      expect((await gatehouse('token', 'revoke', id, ...on)).code).toBe(0);
      returned = true;
      // So many failures from one address are throttled: no more is promised than that none is let in.
      for (let more = 0; more < 50; more++)
        expect([401, 429]).toContain((await call('/v1/business-units', secret)).status);
    } finally {
      stop = true;
    }
    await Promise.all(hammers);
    expect(before).toBeGreaterThan(10);
    expect(letInAfter).toEqual([]);
  });
});

describe('limits', () => {
  test('of 20 parallel requests against a burst of 10 exactly 10 are admitted, and Retry-After is true', async () => {
    const { id, secret } = await createToken('--name', 'Burst', ...ada, '--scope', 'read-only');
    await gatehouse(
      'limit',
      'set',
      '--token',
      id,
      '--per-hour',
      '1000',
      '--burst',
      '10',
      '--burst-seconds',
      '2',
      ...on,
    );
    const answers = await Promise.all(Array.from({ length: 20 }, () => call('/v1/locations', secret)));
    const refused = answers.filter((answer) => answer.status === 429);
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(10);
    expect(refused).toHaveLength(10);
    const wait = Math.max(...refused.map((answer) => Number(answer.headers.get('retry-after'))));
    expect(wait).toBeGreaterThanOrEqual(1);
    expect(refused[0]?.headers.get('x-ratelimit-limit')).toBe('1000');
    // The promise is about this wait, so the test has to live through it.
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    expect((await call('/v1/locations', secret)).status).toBe(200);
  });
});

describe('addresses', () => {
  test('outside its ranges a token is denied, and no header changes that', async () => {
    const { id, secret } = await createToken('--name', 'Office', ...ada, '--scope', 'read-only');
    await gatehouse('ip', 'add', '203.0.113.0/24', '--token', id, ...on);
    for (const headers of [{}, { 'x-forwarded-for': '203.0.113.5' }, { forwarded: 'for=203.0.113.5' }]) {
      const denied = await call('/v1/shifts', secret, { headers });
      expect(denied.status).toBe(403);
      expect(await problemOf(denied)).toMatchObject({ code: 'ip.denied' });
    }
    const verdict = await gatehouseJson<{ allowed: boolean; rule: { range: string } | null }>(
      ...['ip', 'test', '203.0.113.9', '--token', id, ...on],
    );
    expect(verdict).toMatchObject({ allowed: true, rule: { range: '203.0.113.0/24' } });
    await gatehouse('ip', 'add', '127.0.0.0/8', '--token', id, ...on);
    expect((await call('/v1/shifts', secret)).status).toBe(200);
  });

  test('a trusted proxy is believed about the client, read from the right, for as long as it is listed', async () => {
    const { id, secret } = await createToken('--name', 'Behind', ...ada, '--scope', 'read-only');
    await gatehouse('ip', 'add', '198.51.100.0/24', '2001:db8:7::/48', '--token', id, ...on);
    const statusFrom = async (forwarded: string) =>
      (await call('/v1/locations', secret, { headers: { 'x-forwarded-for': forwarded } })).status;
    const proxy = (...args: string[]) => gatehouseJson<string[]>('ip', 'proxy', ...args, ...on);
    expect(await proxy('list')).toEqual([]);
    expect(await statusFrom('198.51.100.7')).toBe(403);

    expect(await proxy('add', '127.0.0.1')).toEqual(['127.0.0.1/32']);
    expect(await proxy('add', '::ffff:127.0.0.1')).toEqual(['127.0.0.1/32']);
    expect(await statusFrom('198.51.100.7')).toBe(200);
    expect(await statusFrom('6.6.6.6, [2001:DB8:7::1]:443')).toBe(200);
    expect(await statusFrom('198.51.100.7, 6.6.6.6')).toBe(403);
    expect(await statusFrom('198.51.100.7, 010.0.0.1')).toBe(403);
    // A second proxy before the first, written with host bits.
    expect(await statusFrom('198.51.100.7, 10.1.2.3')).toBe(403);
    expect(await proxy('add', '10.9.9.9/8')).toEqual(['127.0.0.1/32', '10.0.0.0/8']);
    expect(await statusFrom('198.51.100.7, 10.1.2.3')).toBe(200);

    const unlisted = await gatehouse('ip', 'proxy', 'remove', '192.0.2.0/24', ...on);
    expect(unlisted).toMatchObject({ code: 2, stderr: expect.stringContaining('192.0.2.0/24') });
    expect(await proxy('remove', '127.0.0.1')).toEqual(['10.0.0.0/8']);
    expect(await statusFrom('198.51.100.7')).toBe(403);
    expect(await proxy('remove', '10.0.0.0/8')).toEqual([]);
    const { stdout } = await gatehouse('ip', 'proxy', 'list', ...on);
    expect(stdout).toBe('No proxy is trusted.\n');
  });
});

describe('requests', () => {
  test('an unknown path is 404, a known one with another method 405 with Allow', async () => {
    const { secret } = await createToken('--name', 'Paths', ...ada, '--scope', 'full');
    expect(await problemOf(await call('/v1/nothing', secret))).toMatchObject({ code: 'endpoint.unknown' });
    const wrong = await call('/v1/shifts', secret, { method: 'PUT' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, expect.stringContaining('POST')]);
    expect((await call('/v1/shifts', secret, { method: 'HEAD' })).status).toBe(200);
  });
});

describe('the log', () => {
  test('after kill -9 under load every answered request has its row, and the counters stand', async () => {
    const { id, secret } = await createToken('--name', 'Crash', ...ada, '--scope', 'read-only');
    await gatehouse(
      'limit',
      'set',
      '--token',
      id,
      '--per-hour',
      '300',
      '--burst',
      '1000',
      '--burst-seconds',
      '1',
      ...on,
    );
    const answered: string[] = [];
    let admitted = 0;
    const hammer = async () => {
      for (;;) {
        try {
          const response = await call('/v1/locations', secret);
          const requestId = response.headers.get('x-request-id') ?? '';
          await response.arrayBuffer();
          answered.push(requestId);
          if (response.status === 200) admitted += 1;
          if (answered.length === 200) serving.process.kill('SIGKILL');
        } catch {
          return; // the gateway is gone
        }
      }
    };
    await Promise.all(Array.from({ length: 8 }, hammer));
    expect(answered.length).toBeGreaterThanOrEqual(200);
    serving = await serve(file);
    const rows = await gatehouseJson<LoggedRow[]>('logs', ...on, '--token', id, '--limit', '10000');
    const logged = rows.map((row) => row.requestId);
    expect(answered.filter((requestId) => !logged.includes(requestId))).toEqual([]);
    expect(new Set(logged).size).toBe(logged.length);
    const after = await call('/v1/locations', secret);
    const remaining = Number(after.headers.get('x-ratelimit-remaining'));
    // What was admitted but not answered when the process died may count as well.
    expect(remaining).toBeLessThanOrEqual(300 - admitted - 1);
    expect(remaining).toBeGreaterThanOrEqual(300 - admitted - 1 - 8);
  });

  test('neither the secret nor a canary in a credential is in any file of the instance', async () => {
    const { id, secret } = await createToken('--name', 'Canary', ...ada, '--scope', 'full');
    const canary = 'canary-5f1b6c0d9e';
    await call(`/v1/shifts?api_key=${canary}&limit=1`, secret, { headers: { cookie: `sid=${canary}` } });
    await call('/v1/shifts', canary);
    await call(`/v1/${secret}`, secret, { headers: { 'x-note': secret } });
    await call('/v1/shifts', secret, {
      method: 'POST',
      body: JSON.stringify({ password: canary, note: secret }),
      headers: { 'content-type': 'application/json' },
    });
    await logsOnce(file, (rows) => rows.length >= 3, '--token', id);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile());
    expect(files.length).toBeGreaterThan(5);
    for (const path of files) {
      const bytes = readFileSync(path);
      expect([path, bytes.includes(canary), bytes.includes(secret)]).toEqual([path, false, false]);
    }
  });

  test('filters find what they name, and every number of usage equals a count over the log', async () => {
    const { id, secret } = await createToken('--name', 'Counted', ...ada, '--scope', 'read-only');
    for (const path of ['/v1/shifts', '/v1/shifts', '/v1/locations', '/v1/nothing']) await call(path, secret);
    await call('/v1/shifts', secret, { method: 'POST', body: '{}' });
    const rows = await logsOnce(file, (found) => found.length === 5, '--token', id);
    expect(rows.map((row) => row.status)).toEqual([403, 404, 200, 200, 200]);
    expect(await gatehouseJson<LoggedRow[]>('logs', ...on, '--token', id, '--status', '4xx')).toHaveLength(2);
    expect(
      await gatehouseJson<LoggedRow[]>('logs', ...on, '--token', id, '--endpoint', 'GET /v1/shifts'),
    ).toHaveLength(2);
    expect(
      await gatehouseJson<LoggedRow[]>('logs', ...on, '--token', id, '--endpoint', 'shifts'),
    ).toHaveLength(3);

    const usage = await gatehouseJson<{
      from: string;
      to: string;
      total: number;
      byOutcome: Record<string, number>;
      byEndpoint: { endpoint: string; count: number; errors: number }[];
      series: { count: number }[];
    }>('usage', ...on);
    const all = await gatehouseJson<LoggedRow[]>(
      'logs',
      ...on,
      '--from',
      usage.from,
      '--to',
      usage.to,
      '--limit',
      '1000000',
    );
    expect(usage.total).toBe(all.length);
    expect(usage.series.reduce((sum, point) => sum + point.count, 0)).toBe(all.length);
    expect(usage.byOutcome).toEqual({
      admitted: all.filter((row) => row.status < 400).length,
      clientError: all.filter(
        (row) => row.status >= 400 && row.status < 500 && ![401, 403, 429].includes(row.status),
      ).length,
      denied: all.filter((row) => row.status === 401 || row.status === 403).length,
      limited: all.filter((row) => row.status === 429).length,
      serverError: all.filter((row) => row.status >= 500).length,
    });
    for (const { endpoint, count } of usage.byEndpoint)
      expect([endpoint, count]).toEqual([
        endpoint,
        all.filter((row) => (row.endpoint ?? '(no endpoint)') === endpoint).length,
      ]);
  });
});

describe('one gateway a file', () => {
  test('a second serve exits 2 and names the first', async () => {
    const second = await gatehouse('serve', ...on, '--port', '0', '--admin-port', '0');
    expect(second.code).toBe(2);
    expect(second.stderr).toContain(String(serving.process.pid));
    expect(second.stderr).toContain(serving.gateway);
  });

  test('SIGTERM drains and exits 0, and the next serve goes on', async () => {
    expect(await serving.end('SIGTERM')).toBe(0);
    serving = await serve(file);
    expect((await call('/v1/shifts', null)).status).toBe(401);
  });
});

describe('the audit log', () => {
  const verify = async () => {
    const ran = await gatehouse('audit', 'verify', ...on, '--json');
    return { code: ran.code, ...(JSON.parse(ran.stdout) as { ok: boolean; problem: unknown }) };
  };

  test('has what every command changed, and by whom', async () => {
    const { id, secret } = await createToken('--name', 'Audited', ...ada, '--scope', 'full');
    expect((await gatehouse('token', 'revoke', id, ...on)).code).toBe(0);
    const entries = await gatehouseJson<{ action: string; actor: string; before: unknown; after: unknown }[]>(
      'audit',
      'list',
      ...on,
      '--subject',
      id,
    );
    expect(entries).toMatchObject([
      { action: 'token.revoke', before: { status: 'active' }, after: { status: 'revoked' } },
      { action: 'token.create', before: null, after: { name: 'Audited' } },
    ]);
    expect(new Set(entries.map(({ actor }) => actor))).toEqual(new Set([`os:${userInfo().username}`]));
    expect(JSON.stringify(entries)).not.toContain(secret);
    expect((await gatehouse('audit', 'list', ...on, '--action', 'nothing')).code).toBe(2);
  });

  test('that is whole exits 0; edited in the database it exits 1 and names the entry, beside a running gateway', async () => {
    expect(await verify()).toMatchObject({ code: 0, ok: true, problem: null });
    const db = new Database(file);
    const entry = db.prepare('SELECT seq, actor FROM audit_entry ORDER BY seq LIMIT 1 OFFSET 2').get() as {
      seq: number;
      actor: string;
    };
    const write = db.prepare('UPDATE audit_entry SET actor = ? WHERE seq = ?');
    write.run('os:nobody', entry.seq);
    const problem = { kind: 'changed', seq: entry.seq };
    expect(await verify()).toMatchObject({ code: 1, ok: false, entries: entry.seq - 1, problem });
    expect((await gatehouse('audit', 'verify', ...on)).stdout).toContain(
      `Entry ${entry.seq} is not as it was`,
    );
    write.run(entry.actor, entry.seq);
    db.close();
    expect(await verify()).toMatchObject({ code: 0, ok: true });
  });
});

test('a reader who has had enough of the output is no failure', async () => {
  expect(await gatehouseUnread('user', 'list', ...on)).toEqual({ code: 0, stdout: '', stderr: '' });
});

describe('bad input', () => {
  test.each([
    [['token', 'list'], '--db'],
    [
      ['token', 'create', ...on, '--name', 'X', '--user', 'nobody@example.org', '--scope', 'full'],
      'nobody@example.org',
    ],
    [['token', 'create', ...on, '--name', 'X', ...ada, '--scope', 'some'], '--scope'],
    [
      ['token', 'create', ...on, '--name', 'X', ...ada, '--scope', 'full', '--location', 'Nowhere'],
      'Nowhere',
    ],
    [
      ['token', 'create', ...on, '--name', 'X', ...ada, '--scope', 'limited', '--endpoint', 'shfits'],
      'shfits',
    ],
    [['token', 'create', ...on, '--name', 'X', ...ada, '--scope', 'full', '--expires', '2020-01-01'], '2020'],
    [['token', 'create', ...on, '--name', 'X', ...ada, '--scope', 'full', '--expires', 'soon'], '--expires'],
    [['token', 'revoke', 'nothing', ...on], 'id'],
    [['limit', 'set', '--per-hour', '0', '--burst', '1', '--burst-seconds', '1', ...on], '--per-hour'],
    [['ip', 'add', '010.0.0.1', ...on], '010.0.0.1'],
    [['ip', 'add', '10.0.0.0/33', ...on], '10.0.0.0/33'],
    [['ip', 'proxy', 'add', '010.0.0.1', ...on], '010.0.0.1'],
    [['ip', 'proxy', 'add', ...on], 'cidr'],
    [['ip', 'proxy', 'remove', '10.0.0.0/33', ...on], '10.0.0.0/33'],
    [['ip', 'proxy'], 'name a command'],
    [['serve', '--trust-proxy', '10.0.0.0/33', ...on], '10.0.0.0/33'],
    [['logs', '--status', '7xx', ...on], '--status'],
    [['logs', '--from', '2026-11-25T10:00', ...on], '--from'],
    [['user', 'add', 'not-an-address', '--name', 'X', ...on], 'email'],
    [['nonsense'], 'nonsense'],
    [[], 'name a command'],
    [['unit'], 'name a command'],
    [['unit', 'add', 'Tab\tname', ...on], 'control characters'],
    [['logs', '--endpoint', 'shfits', ...on], 'shfits'],
    [['logs', '--token', NOBODY, ...on], NOBODY],
    [['usage', '--token', NOBODY, ...on], NOBODY],
    [['user', 'list', '--db', ' '], '--db'],
    [['serve', '--host', '', ...on], '--host'],
    [['serve', '--redis', 'redis://127.0.0.1', ...on], 'one gateway'],
    [['serve', '--redis', 'http://gatehouse:hush@127.0.0.1', ...on], 'redis://'],
    [['serve', '--limits-fallback', 'local', ...on], '--redis'],
    [['serve', '--limits-fallback', 'global', ...on], '--limits-fallback'],
  ])('gatehouse %j exits 2 with one line that names it', async (args, named) => {
    const { code, stderr, stdout } = await gatehouse(...(args as string[]));
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(named);
    expect(stderr).not.toContain('hush');
  });
});

describe('an upstream', () => {
  const proxied = join(folder, 'proxied.db');
  const to = ['--db', proxied];

  test('is served with the catalogue of its document, which every command knows', async () => {
    const upstream = await startUpstream();
    upstream.answer((_, response, asked) => response.end(JSON.stringify(asked.headers)));
    const document = thingsDocument({ servers: [{ url: 'https://example.org/v2' }] });
    const gateway = await serve(proxied, '--upstream', upstream.url, '--openapi', document);
    await gatehouse('user', 'add', 'ada@example.org', '--name', 'Ada', ...to);
    await gatehouse('location', 'add', 'Harbour Street', ...to);
    const scope = ['--scope', 'limited', '--endpoint', 'things:write', '--location', 'Harbour Street'];
    const make = (...args: string[]) =>
      gatehouseJson<{ id: string; secret: string }>('token', 'create', ...to, '--name', 'T', ...ada, ...args);
    const { id, secret } = await make(...scope);
    const ask = (path: string) =>
      fetch(gateway.gateway + path, {
        headers: { authorization: `Bearer ${secret}`, 'x-gatehouse-user': 'evil' },
      });
    const told = (await (await ask('/v2/things/1')).json()) as Record<string, string>;
    expect(told).toMatchObject({
      'x-gatehouse-token-id': id,
      'x-gatehouse-user': 'ada@example.org',
      'x-gatehouse-scope': 'limited',
      'x-gatehouse-business-units': '*',
      'x-gatehouse-locations': expect.stringMatching(/^[0-9a-f-]{36};name=Harbour%20Street$/),
    });
    expect(JSON.stringify(told)).not.toContain(secret);
    expect((await ask('/v2/big')).status).toBe(403);
    expect((await ask('/things')).status).toBe(404);
    expect(
      (await gatehouse('token', 'create', ...to, '--name', 'X', ...ada, '--endpoint', 'shifts')).code,
    ).toBe(2);
    await upstream.close();
    const failed = await ask('/v2/things');
    expect(failed.status).toBe(502);
    expect(await problemOf(failed)).toMatchObject({ code: 'upstream.refused' });
    expect(await gateway.end('SIGTERM')).toBe(0);
  });

  test('that cannot be is the caller’s mistake, in one line that names it', async () => {
    const wrong = async (...args: string[]) => {
      const { code, stderr } = await gatehouse('serve', ...to, '--port', '0', '--admin-port', '0', ...args);
      expect(code).toBe(2);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      return stderr;
    };
    const document = thingsDocument();
    expect(await wrong('--upstream', 'http://x/')).toContain('openApiFile');
    expect(await wrong('--upstream', 'nowhere', '--openapi', document)).toContain('url');
    expect(await wrong('--upstream', 'http://169.254.169.254', '--openapi', document)).toContain(
      'link-local',
    );
    expect(await wrong('--upstream', 'http://x/', '--openapi', join(folder, 'none'))).toContain(
      'does not exist',
    );
    expect(
      await wrong('--allow-upstream-address', '1.2.3', '--upstream', 'http://x/', '--openapi', document),
    ).toContain('1.2.3');
  });
});
