import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeSecret } from '../../features/tokens/secret.ts';
import { plainName } from './header-names.ts';
import { requestHeaders } from './request-headers.ts';
import { responseHeaders } from './response-headers.ts';

const identity = ['X-Gatehouse-Request-Id', 'id', 'X-Gatehouse-User', 'ada@example.org'];
const forwarding = { address: '203.0.113.9', identity, contentLength: null };

const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}$/);
const known = fc.constantFrom(
  ...[
    'Authorization',
    'authorization',
    'AUTHORIZATION',
    'Proxy-Authorization',
    'Connection',
    'Keep-Alive',
    'TE',
  ],
  ...[
    'Transfer-Encoding',
    'Upgrade',
    'Trailer',
    'Proxy-Connection',
    'Host',
    'Content-Length',
    'Expect',
    'Via',
  ],
  ...[
    'X-Gatehouse-User',
    'x-gatehouse-user',
    'X_GATEHOUSE_USER',
    'X-Gatehouse_Scope',
    'X-Gatehouse-New',
    'Cookie',
  ],
  ...[
    'X-Forwarded-For',
    'x_forwarded_for',
    'Forwarded',
    'X-Real-IP',
    'X-Hop',
    'Accept',
    'X-Request-Id',
    'ETag',
  ],
  ...['X-RateLimit-Limit', 'RateLimit', 'RateLimit-Policy', 'Set-Cookie'],
);
const name = fc.oneof(known, token);
const value = fc.oneof(
  fc.stringMatching(/^[\x20-\x7e]{0,20}$/),
  name,
  fc.array(name, { maxLength: 4 }).map((names) => names.join(' , ')),
  fc.constant(0).map(() => `Bearer ${makeSecret()}`),
);
const headers = fc.array(fc.tuple(name, value), { maxLength: 20 }).map((pairs) => pairs.flat());

const pairs = (flat: readonly string[]) =>
  Array.from(
    { length: flat.length / 2 },
    (_, n) => [flat[n * 2] as string, flat[n * 2 + 1] as string] as const,
  );
const namedByConnection = (flat: readonly string[]) =>
  new Set(
    pairs(flat)
      .filter(([one]) => one.toLowerCase() === 'connection')
      .flatMap(([, text]) => text.split(',').map((option) => option.trim().toLowerCase())),
  );
const HOPS = new Set(
  'connection keep-alive proxy-connection proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade'.split(
    ' ',
  ),
);

test('whatever a client sends, the upstream is told who asks by the gateway, once and last', () => {
  fc.assert(
    fc.property(headers, (raw) => {
      const sent = requestHeaders(raw, forwarding);
      expect(sent.slice(-identity.length)).toEqual(identity);
      const before = pairs(sent.slice(0, -identity.length));
      for (const [one] of before) expect(plainName(one)).not.toMatch(/^x-gatehouse-/);
      const own = ['x-forwarded-for', 'forwarded', 'via'];
      for (const one of own) expect(before.filter(([other]) => plainName(other) === one)).toHaveLength(1);
      expect(sent.join('\n')).not.toMatch(/shf_[0-9A-Za-z]{49}/);
    }),
    { numRuns: 2_000 },
  );
});

test('of the connection and the credential nothing goes on, of the rest everything, in order', () => {
  const own = new Set(
    'authorization content-length expect host forwarded via x-forwarded-for x-real-ip'.split(' '),
  );
  fc.assert(
    fc.property(headers, (raw) => {
      const named = namedByConnection(raw);
      const kept = pairs(raw).filter(([one, text]) => {
        const plain = one.toLowerCase().replaceAll('_', '-');
        const hop = [one.toLowerCase(), plain].some((spelt) => HOPS.has(spelt) || named.has(spelt));
        return !hop && !own.has(plain) && !plain.startsWith('x-gatehouse-') && !/shf_\w{49}/.test(text);
      });
      const sent = pairs(requestHeaders(raw, forwarding));
      expect(sent.slice(0, kept.length)).toEqual(kept);
      // Via, then For, Host if there was one, Proto and Forwarded; then who asks.
      expect(sent.length - kept.length - identity.length / 2).toBeGreaterThanOrEqual(4);
      expect(sent.length - kept.length - identity.length / 2).toBeLessThanOrEqual(5);
    }),
    { numRuns: 2_000 },
  );
});

test('of an answer nothing of the connection and no name that the gateway uses goes on', () => {
  fc.assert(
    fc.property(headers, fc.boolean(), (raw, withoutLength) => {
      const named = namedByConnection(raw);
      for (const [one, text] of pairs(responseHeaders(raw, withoutLength))) {
        const lower = one.toLowerCase();
        expect(HOPS.has(lower) || plainName(one).startsWith('x-gatehouse-')).toBe(false);
        expect(lower).not.toMatch(/^(x-ratelimit-.*|ratelimit(-.*)?|x-request-id)$/);
        if (withoutLength) expect(lower).not.toBe('content-length');
        if (named.has(lower)) expect([lower, text]).toEqual(['vary', 'Authorization']);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a length is the one of the body that follows, whatever the client calls it', () => {
  const sent = requestHeaders(['Content-Length', '5', 'Connection', 'content-length'], {
    ...forwarding,
    contentLength: 7,
  });
  expect(pairs(sent).filter(([one]) => one.toLowerCase() === 'content-length')).toEqual([
    ['Content-Length', '7'],
  ]);
});

test('an IPv6 client is quoted in Forwarded', () => {
  const sent = requestHeaders(['Host', 'a"b'], { ...forwarding, address: '2001:db8::1' });
  expect(sent).toContain('for="[2001:db8::1]";host="ab";proto=http');
});
