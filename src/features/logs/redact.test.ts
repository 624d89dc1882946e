import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { REMOVED } from './free-text.ts';
import { redactBody, redactHeaders, redactPath, redactQuery, redactText } from './redact.ts';
import { isSecretName } from './secret-names.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const secret = fc
  .string({ unit: fc.constantFrom(...ALPHABET), minLength: 49, maxLength: 49 })
  .map((text) => `shf_${text}`);
const canary = fc
  .string({ unit: fc.constantFrom(...ALPHABET), minLength: 12, maxLength: 20 })
  .map((text) => `CANARY${text}`);

/** Percent-encodes some characters, some of them several times. */
const encodeSome = (text: string, choices: readonly number[]) =>
  [...text]
    .map((char, n) => {
      const times = (choices[n % Math.max(1, choices.length)] ?? 0) % 4;
      if (times === 0) return char;
      const hex = char.charCodeAt(0).toString(16);
      return `%${'25'.repeat(times - 1)}${times % 2 ? hex : hex.toUpperCase()}`;
    })
    .join('');

const decodeFully = (text: string) => {
  let current = text;
  for (let n = 0; n < 6; n++)
    current = current.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return current;
};
const choices = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 10 });
const noise = fc.string({ maxLength: 20 });
const bytes = (text: string) => new TextEncoder().encode(text);
const json = (value: unknown) => {
  const text = JSON.stringify(value);
  return redactBody('application/json; charset=utf-8', bytes(text), bytes(text).length);
};

const SECRET_NAMES = [
  ...[
    'api_key',
    'apiKey',
    'api-key',
    'APIKEY',
    'token',
    'access_token',
    'accessToken',
    'refresh_token',
    'key',
  ],
  ...['secret', 'client_secret', 'clientSecret', 'password', 'userPassword', 'Passwd', 'pwd', 'passphrase'],
  ...[
    'signature',
    'sig',
    'X-Amz-Signature',
    'X-Auth-Token',
    'x-api-key',
    'session',
    'sessionid',
    'csrf_token',
  ],
  ...['credentials', 'private_key', 'authorization', 'jwt', 'otp', 'x-goog-api-key', 'user[password]'],
  ...['user_pass', 'smtpPass', 'passcode', 'pin_code', 'userPIN', 'pin', 'jsessionid', 'JSESSIONID'],
];

/** How a pair can be written in a text that is about something else. */
const PAIRS: ((name: string, value: string) => string)[] = [
  (name, value) => `${name}=${value}`,
  (name, value) => `${name} = '${value} ${value}'`,
  (name, value) => `${name}: ${value} ${value}`,
  (name, value) => `${name}:${value}`,
  (name, value) => `${name} => "${value} ${value}"`,
  (name, value) => `'${name}': '${value} ${value}'`,
  (name, value) => JSON.stringify({ [name]: value }),
  (name, value) => JSON.stringify({ a: 1, [name]: `"${value}" \\ " ${value}` }),
  (name, value) => JSON.stringify({ [name]: [value, { [name]: value }] }, null, 2),
  (name, value) => JSON.stringify(JSON.stringify({ [name]: `"${value}" ${value}`, b: [] })),
  (name, value) => JSON.stringify(JSON.stringify(JSON.stringify({ [name]: `"${value}" ${value}` }))),
];

describe('redaction', () => {
  test('knows names of secrets in every spelling, and leaves others alone', () => {
    for (const name of SECRET_NAMES) expect([name, isSecretName(name)]).toEqual([name, true]);
    for (const name of [
      ...[
        'limit',
        'cursor',
        'employeeId',
        'monkey',
        'keyboard',
        'author',
        'secretary',
        'token_type',
        'expires_in',
      ],
      ...[
        'x-request-id',
        'x-ratelimit-limit',
        'content-type',
        'idempotency-key',
        'user-agent',
        'status',
        'spin',
      ],
      ...['passed', 'compass', 'pinned', 'shipping', 'passenger', 'opinion', 'pass_count', 'bypass'],
    ])
      expect([name, isSecretName(name)]).toEqual([name, false]);
  });

  test('a token is taken out of path, query, header, body and user agent, percent-encoded or not', () => {
    fc.assert(
      fc.property(secret, choices, noise, noise, (token, times, before, after) => {
        const text = `${before}${encodeSome(token, times)}${after}`;
        const safe = (value: string | null | undefined) =>
          expect(decodeFully(value ?? '')).not.toContain(token);
        safe(redactPath(`/v1/${text}`).value);
        expect(redactPath(`/v1/${text}`).removed).toEqual(['path']);
        const query = redactQuery(`page=1&q=${text}`);
        safe(query.value);
        safe(query.removed.join());
        safe(redactText(text, 'user-agent').value);
        for (const header of [redactHeaders([['x-note', text]]), redactHeaders([[text, '1']])]) {
          safe(JSON.stringify(header));
          expect(header.removed).toHaveLength(1);
        }
        safe(JSON.stringify(json({ a: [{ note: text }], [`k${text}`]: 1 })));
      }),
    );
  });

  test('credentials and cookies never stay, nor any header that is named like a secret', () => {
    const names = [
      'authorization',
      'Proxy-Authorization',
      'cookie',
      'Set-Cookie',
      'x-api-key',
      'X-Auth-Token',
    ];
    const { value, removed } = redactHeaders([
      ...names.map((name) => [name, 'c'] as const),
      ['accept', '*/*'],
    ]);
    expect(value).toEqual([...names.map((name) => [name, REMOVED]), ['accept', '*/*']]);
    expect(removed).toEqual(names.map((name) => `header ${name.toLowerCase()}`));
  });

  test('key-like parameters lose their value in a query, a form, and an address inside a header', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SECRET_NAMES), canary, choices, (name, value, times) => {
        const part = `${encodeSome(
          name,
          times.map((n) => Math.min(n, 2)),
        )}=${value}`;
        for (const query of [part, `a=1&${part}`, `${part}&b=2`, `a=1;${part}`]) {
          const redacted = redactQuery(query);
          expect(redacted.value).not.toContain(value);
          expect(redacted.removed).toHaveLength(1);
          const form = redactBody('application/x-www-form-urlencoded', bytes(query), query.length);
          expect(form.value?.text).not.toContain(value);
        }
        const address = `https://example.test/a?x=1&${part}#end`;
        expect(redactHeaders([['referer', address]]).value[0]?.[1]).not.toContain(value);
        expect(redactQuery(`next=${encodeURIComponent(address)}`).value).not.toContain(value);
      }),
    );
  });

  test('pairs that are named like secrets lose their value inside any text, however they are written', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SECRET_NAMES),
        canary,
        fc.constantFrom(...PAIRS),
        fc.constantFrom('', 'the body was ', 'a=1, ', '(', '{"note": "', 'x: 1\n'),
        fc.constantFrom('', '.', ' and more', '}', '"}', '\nx: 1'),
        fc.nat(3),
        (name, value, write, before, after, times) => {
          const text = `${before}${write(name, value)}${after}`;
          let inUrl = text;
          for (let n = 0; n < times; n++) inUrl = encodeURIComponent(inUrl);
          const safe = (kept: unknown) => expect(decodeFully(JSON.stringify(kept))).not.toContain(value);
          safe(redactHeaders([['x-context', text]]));
          safe(redactHeaders([['x-context', inUrl]]));
          safe(redactText(text, 'user-agent'));
          safe(redactPath(`/v1/${inUrl}`));
          safe(redactQuery(`filter=${inUrl}`));
          safe(redactQuery(inUrl));
          const form = bytes(`page=1&payload=${inUrl}`);
          safe(redactBody('application/x-www-form-urlencoded', form, form.length));
          safe(json({ note: text }));
          safe(json([inUrl]));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('what stands beside a secret in a text stays', () => {
    expect(redactPath('/v1/shifts;jsessionid=abc123;v=1').value).toBe(`/v1/shifts;jsessionid=${REMOVED};v=1`);
    expect(redactText('{"user":5,"apiKey":"a\\"b","n":[1]}', '').value).toBe(
      `{"user":5,"apiKey":${REMOVED},"n":[1]}`,
    );
    expect(redactText('X-Pin: 12 34\nAccept: */*', '').value).toBe(`X-Pin: ${REMOVED}\nAccept: */*`);
    expect(redactQuery('filter={"password":"a;b"}&page=2').value).toBe(
      `filter={"password":${REMOVED}}&page=2`,
    );
  });

  test('fields that are named like secrets lose their value at any depth, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SECRET_NAMES),
        canary,
        fc.array(fc.constantFrom('array', 'object', 'text'), { maxLength: 8 }),
        fc.constantFrom('plain', 'list', 'object'),
        (name, value, nesting, shape) => {
          const held = shape === 'plain' ? value : shape === 'list' ? [value] : { v: value };
          let body: unknown = { [name]: held, ok: 1 };
          for (const kind of nesting)
            body = kind === 'array' ? [0, body] : kind === 'object' ? { inner: body } : JSON.stringify(body);
          const redacted = json(body);
          expect(redacted.value?.text).not.toContain(value);
          expect(redacted.value?.text).not.toBeNull();
          expect(redacted.removed).toEqual([`body ${name.toLowerCase()}`]);
        },
      ),
    );
  });

  test('a field that stands twice does not keep its first value', () => {
    const text = `{"a":"shf_${'x'.repeat(49)}","a":1}`;
    expect(redactBody('application/json', bytes(text), text.length).value?.text).toBe('{"a":1}');
  });

  test('leaves what holds no secret as it was', () => {
    expect(redactQuery('limit=10&from=2026-01-01T00:00:00%2B01:00&q=caf%C3%A9&flag&empty=')).toEqual({
      value: 'limit=10&from=2026-01-01T00:00:00%2B01:00&q=caf%C3%A9&flag&empty=',
      removed: [],
    });
    expect(redactPath('/v1/shifts/0190f3c0-0000-7000-8000-000000000001').removed).toEqual([]);
    const headers: Array<[string, string]> = [
      ['accept', 'text/html;q=0.9,*/*;q=0.8'],
      ['www-authenticate', 'Bearer realm="gatehouse", error="invalid_token"'],
      ['host', 'token.example.test:8080'],
      ['referer', 'https://auth.example.test:8443/a?time=12:30&passed=1'],
      ['user-agent', 'Mozilla/5.0 (X11; Linux x86_64; rv:109.0) compass: north, shipping: now'],
    ];
    expect(redactHeaders(headers)).toEqual({ value: headers, removed: [] });
    expect(
      json({ code: 'token.invalid', errors: [{ field: 'start', detail: 'missing' }], __proto__: null }).value
        ?.text,
    ).toBe('{"code":"token.invalid","errors":[{"field":"start","detail":"missing"}]}');
  });

  test('a body that is cut off, does not parse, is too large, is no text or of another type is not stored, only its type and size', () => {
    const cut = bytes('{"a":1');
    for (const redacted of [
      redactBody('application/json', bytes('{"a":1}'), 5_000),
      redactBody('application/json', cut, cut.length),
      redactBody('application/json', new Uint8Array([0x22, 0xff, 0x22]), 3),
      redactBody('text/plain', bytes('secret'), 6),
      redactBody('multipart/form-data; boundary=x', bytes('secret'), 6),
      redactBody(null, bytes('secret'), 6),
      redactBody('application/json', null, 9),
      redactBody('application/json', bytes(`"${'x'.repeat(65_536)}"`), 65_538),
      redactBody('application/json', bytes(`${'['.repeat(500)}${']'.repeat(500)}`), 1_000),
    ])
      expect([redacted.value?.text, (redacted.value?.bytes ?? 0) > 0, redacted.removed]).toEqual([
        null,
        true,
        [],
      ]);
    expect(redactBody('application/json', null, 0).value).toBeNull();
  });

  test('redacting twice changes nothing more', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...`a=:"'\\[,{}; `) }),
    );
    fc.assert(
      fc.property(text, fc.constantFrom(...SECRET_NAMES), fc.constantFrom(...PAIRS), (text, name, write) => {
        const once = redactText(`${text}${write(name, 'c')}${text}`, 'user-agent').value;
        expect(redactText(once, 'user-agent').value).toBe(once);
      }),
      { numRuns: 300 },
    );
  });

  test('what was removed is said once, however often it stood there', () => {
    const form = bytes('sig=1&'.repeat(10_000));
    expect(redactBody('application/x-www-form-urlencoded', form, form.length).removed).toEqual(['body sig']);
    expect(redactQuery('pin=1&pin=2&PIN=3').removed).toEqual(['query pin']);
  });

  test('what a removed field was called does not show a part of a token', () => {
    const name = `${'x'.repeat(45)}shf_${'A'.repeat(49)}`;
    expect(redactQuery(`${name}=1`).removed).toEqual([`query ${'x'.repeat(45)}${REMOVED}`]);
  });

  test('a token that was cut short, with an ellipsis for the rest, is taken out as well', () => {
    expect(redactText(`a: shf_${'A'.repeat(9)}…, shf_…`, '').value).toBe(`a: ${REMOVED}…, shf_…`);
  });

  test('takes any text whatever', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        redactPath(text);
        redactQuery(text);
        redactText(text, 'user-agent');
        redactHeaders([[text, text]]);
        redactBody(text, bytes(text), bytes(text).length);
        redactBody('application/json', bytes(text), bytes(text).length);
      }),
    );
  });
});
