import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainRing } from '../../tests/support/gateway-front.ts';
import { unrestricted } from '../base/shapes.ts';
import type { PolicyUser } from '../features/directory/policy-rows.ts';
import { catalogueOf } from '../features/endpoints/catalogue.ts';
import { createLimiter } from '../features/limits/limiter.ts';
import type { PolicyToken } from '../features/tokens/policy-rows.ts';
import { makeSecret } from '../features/tokens/secret.ts';
import { authorise, identify, type JudgedRequest, readCredential } from './judge.ts';
import { MutablePolicy } from './policy.ts';

const NOW = 1_800_000_000_000;
const { current: key } = plainRing;
const operation = (operationId: string, tag: string) => ({ operationId, tags: [tag] });
const catalogue = catalogueOf({
  openapi: '3.1.0',
  paths: {
    '/shifts': { get: operation('listShifts', 'shifts'), post: operation('createShift', 'shifts') },
    '/reports': { get: operation('listReports', 'reports') },
    '/open': { get: operation('open', 'meta') },
  },
});
const secret = makeSecret();
const limits = {
  default: { requestsPerHour: 10, burst: { requests: 5, seconds: 10 } },
  instance: null,
  tokens: new Map(),
  trials: { default: null, instance: null, tokens: new Map() },
};

const secretRow = (change: Partial<PolicyToken['secrets'][number]>) => ({
  id: 's',
  prefix: 'shf_s',
  hash: key.hash(secret),
  keyId: 'k',
  validUntil: null,
  ...change,
});

function policyWith(
  options: {
    token?: Partial<PolicyToken>;
    user?: Partial<PolicyUser>;
    validUntil?: number;
    ranges?: { all?: string[]; own?: string[] };
  },
  of = catalogue,
): MutablePolicy {
  const policy = new MutablePolicy(['k'], of, new Set(['open']));
  const user: PolicyUser = {
    id: 'u',
    name: 'U',
    email: 'u@x.org',
    access: 'write',
    active: true,
    restrictions: unrestricted,
    ...options.user,
  };
  const token: PolicyToken = {
    id: 't',
    name: 'T',
    userId: 'u',
    scope: 'full',
    endpoints: [],
    restrictions: unrestricted,
    active: true,
    expiresAt: null,
    revokedAt: null,
    secrets: [secretRow({ validUntil: options.validUntil ?? null })],
    ...options.token,
  };
  const rules = (ranges: string[] = [], tokenIds: string[] | null = null) =>
    ranges.map((range) => ({ id: range, range, label: '', tokenIds }));
  policy.replaceLimits(limits);
  policy.replaceAllIpRules([...rules(options.ranges?.all), ...rules(options.ranges?.own, ['t'])]);
  policy.replaceAll([user], [token]);
  return policy;
}

const request = (
  method = 'GET',
  path = '/shifts',
  authorization: string | null = `Bearer ${secret}`,
  of = catalogue,
): JudgedRequest => ({
  method,
  path,
  credential: readCredential(authorization, () => plainRing),
  address: '10.0.0.1',
  match: of.match(method, path),
});

/** The reason of a refusal, or null. */
function judge(policy: MutablePolicy, asked = request(), limiter = createLimiter()) {
  const identity = identify(policy, asked, NOW);
  if (!identity.ok) return identity.reason;
  const { compiled } = identity;
  const answer = compiled && limiter.ask({ tokenId: 't', token: policy.limitOf('t'), instance: null }, 0);
  const decision = authorise(policy, identity, asked, answer);
  return decision.ok ? null : decision.reason;
}

const typo = secret.slice(0, 20) + (secret[20] === 'a' ? 'b' : 'a') + secret.slice(21);

test.each([
  ['token.missing', {}, request('GET', '/shifts', null)],
  ['token.malformed', {}, request('GET', '/shifts', 'Basic dTpw')],
  ['token.malformed', {}, request('GET', '/shifts', `Bearer ${typo}`)],
  ['token.unknown', {}, request('GET', '/shifts', `Bearer ${makeSecret()}`)],
  ['token.revoked', { token: { revokedAt: 1, active: false, expiresAt: 1 } }, request()],
  ['token.expired', { token: { expiresAt: NOW } }, request()],
  ['token.expired', { validUntil: NOW }, request()],
  ['token.inactive', { token: { active: false } }, request()],
  ['user.deactivated', { user: { active: false } }, request()],
  ['ip.denied', { ranges: { all: ['10.0.0.2'] } }, request()],
  ['ip.denied', { ranges: { all: ['10.0.0.0/8'], own: ['192.168.0.0/16'] } }, request()],
  [null, { ranges: { all: ['192.168.0.0/16'], own: ['10.0.0.0/8'] } }, request()],
  [null, { token: { expiresAt: NOW + 1 }, validUntil: NOW + 1 }, request()],
  [null, {}, request('GET', '/shifts', `bearer   ${secret}`)],
  [null, {}, request('HEAD')],
  ['endpoint.unknown', {}, request('GET', '/nothing')],
  ['endpoint.method', {}, request('DELETE')],
  ['scope.method', { token: { scope: 'read-only' } }, request('POST')],
  ['scope.method', { user: { access: 'read' } }, request('POST')],
  [
    'scope.method',
    { token: { scope: 'limited', endpoints: [{ kind: 'tag', target: 'shifts', access: 'read' }] } },
    request('POST'),
  ],
  [
    null,
    {
      token: {
        scope: 'limited',
        endpoints: [
          { kind: 'tag', target: 'shifts', access: 'read' },
          { kind: 'operation', target: 'createShift', access: 'write' },
        ],
      },
    },
    request('POST'),
  ],
  [
    'scope.endpoint',
    { token: { scope: 'limited', endpoints: [{ kind: 'tag', target: 'shifts', access: 'write' }] } },
    request('GET', '/reports'),
  ],
  [null, {}, request('GET', '/open', null)],
  [
    null,
    { token: { scope: 'limited', endpoints: [{ kind: 'tag', target: 'shifts', access: 'read' }] } },
    request('GET', '/open'),
  ],
  ['ip.denied', { ranges: { all: ['10.0.0.2'] } }, request('GET', '/open', null)],
] as const)('judges %s (%#)', (reason, options, asked) => {
  expect(judge(policyWith(options as Parameters<typeof policyWith>[0]), asked)).toBe(reason);
});

test('whatever the method, the scope lets in what it says and no more', () => {
  const methods = ['get', 'head', 'options', 'trace', 'post', 'put', 'patch', 'delete'] as const;
  const paths = Object.fromEntries(methods.map((method) => [method, operation(`${method}It`, 'things')]));
  const things = catalogueOf({ openapi: '3.1.0', paths: { '/things': paths } });
  const accesses = fc.constantFrom(null, 'read', 'write');
  fc.assert(
    fc.property(
      fc.constantFrom(
        ...methods.filter((method) => things.match(method.toUpperCase(), '/things').kind === 'found'),
      ),
      fc.constantFrom('read-only', 'full', 'limited'),
      fc.constantFrom('read', 'write'),
      accesses,
      accesses,
      (method, scope, access, byTag, byOperation) => {
        const endpoints = [
          ...(byTag ? [{ kind: 'tag', target: 'things', access: byTag } as const] : []),
          ...(byOperation
            ? [{ kind: 'operation', target: `${method}It`, access: byOperation } as const]
            : []),
        ];
        const policy = policyWith({ token: { scope, endpoints }, user: { access } }, things);
        const granted = [byTag, byOperation].filter((grant) => grant !== null);
        const reads = ['get', 'head', 'options', 'trace'].includes(method);
        const covered = scope !== 'limited' || granted.length > 0;
        const writes =
          access === 'write' && (scope === 'full' || (scope === 'limited' && granted.includes('write')));
        const expected = !covered ? 'scope.endpoint' : reads || writes ? null : 'scope.method';
        expect(judge(policy, request(method.toUpperCase(), '/things', undefined, things))).toBe(expected);
      },
    ),
    { numRuns: 500 },
  );
});

test('the limits are judged before the endpoint, the credential before the limits', () => {
  const limiter = createLimiter();
  const policy = policyWith({});
  for (let i = 0; i < 5; i++) expect(judge(policy, request(), limiter)).toBeNull();
  expect(judge(policy, request('GET', '/nothing'), limiter)).toBe('limit.burst');
  expect(judge(policy, request('GET', '/nothing', null), limiter)).toBe('token.missing');
});

test('two restrictions of one kind leave what is in both, even if that is nothing', () => {
  const of = (locations: string[]) => ({ ...unrestricted, locations });
  const visible = (token: string[], user: string[]) =>
    policyWith({ token: { restrictions: of(token) }, user: { restrictions: of(user) } }).find(
      key.hash(secret),
    )?.compiled.visible.locations;
  expect(visible([], [])).toBeNull();
  expect(visible(['a'], [])).toEqual(new Set(['a']));
  expect(visible(['a', 'b'], ['b', 'c'])).toEqual(new Set(['b']));
  expect(visible(['a'], ['c'])).toEqual(new Set());
});

test('a secret that was hashed under another key is nobody’s', () => {
  const policy = policyWith({
    token: { secrets: [secretRow({ keyId: 'other' })] },
  });
  expect(judge(policy)).toBe('token.unknown');
});

test('one revocation among 100,000 tokens leaves the others as they are', () => {
  const policy = policyWith({});
  const found = policy.find(key.hash(secret));
  const token = found?.compiled.token as PolicyToken;
  const others = Array.from({ length: 100_000 }, (_, i) => ({
    ...token,
    id: `t${i}`,
    secrets: [secretRow({ hash: Buffer.from(`other ${i}`) })],
  }));
  policy.replaceTokens([], others);
  policy.replaceTokens(['t'], [{ ...token, revokedAt: NOW }]);
  expect(judge(policy)).toBe('token.revoked');
  expect(policy.find(Buffer.from('other 99999'))?.compiled.token.id).toBe('t99999');
});
