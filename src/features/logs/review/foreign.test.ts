import { expect, test } from 'vitest';
import type { LogRecord } from '../record.ts';
import { openReview } from './review.ts';
import { writeTestFile } from './testing.ts';

/** The records of a file, oldest first, and what was wrong with it. */
async function readFile(text: string) {
  const review = openReview([writeTestFile('access.log', text)]);
  await review.done;
  const all = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, terms: [] };
  const page = { order: 'oldest', after: null, limit: 1_000 } as const;
  const { rows } = await review.log.search(all, page, 1_000);
  const records = rows.map(({ record }): LogRecord => record);
  for (const { requestId } of records)
    expect(await review.log.record(requestId)).toEqual(records.find((one) => one.requestId === requestId));
  const [file] = review.state().files;
  await review.close();
  return { records, file };
}

test('the combined format, as nginx writes it', async () => {
  const { records, file } = await readFile(
    [
      '203.0.113.9 - ada [24/Nov/2026:10:00:00 +0100] "GET /v1/shifts?page=2 HTTP/1.1" 200 512 "https://example.org/a b" "curl/8.5.0"',
      'what is this?',
      '2001:db8::1 - - [24/Nov/2026:10:00:01 +0100] "POST /login HTTP/2.0" 401 0 "-" "Mozilla \\x22x\\x22"',
    ].join('\n'),
  );
  expect(file).toMatchObject({ format: 'combined', rows: 2, flawedLines: 1 });
  expect(file?.problems).toEqual([{ code: 'line.not_access_log', line: 2, data: {} }]);
  expect(records[0]).toMatchObject({
    requestId: '1-1-0',
    time: Date.UTC(2026, 10, 24, 9),
    address: '203.0.113.9',
    userName: 'ada',
    method: 'GET',
    path: '/v1/shifts',
    query: 'page=2',
    status: 200,
    bytesOut: 512,
    userAgent: 'curl/8.5.0',
    tokenId: null,
    endpoint: null,
    reason: null,
  });
  expect(records[0]?.request.headers).toContainEqual(['Referer', 'https://example.org/a b']);
  expect(records[1]).toMatchObject({ address: '2001:db8::1', userName: null, userAgent: 'Mozilla "x"' });
});

test.each([
  [
    'the common format',
    '10.0.0.1 - - [24/Nov/2026:10:00:00 +0000] "GET / HTTP/1.0" 304 -',
    { bytesOut: 0, status: 304 },
  ],
  [
    'a virtual host in front',
    'example.org:443 10.0.0.1 - - [24/Nov/2026:10:00:00 +0000] "GET / HTTP/1.0" 200 1 "-" "-"',
    { address: '10.0.0.1', userAgent: '' },
  ],
  [
    'a name with blanks',
    '10.0.0.1 - Ada [x] Lovelace [24/Nov/2026:10:00:00 +0000] "GET / HTTP/1.0" 200 1',
    null,
  ],
  [
    'a request time behind',
    '10.0.0.1 - - [24/Nov/2026:10:00:00 +0000] "GET / HTTP/1.0" 200 1 "-" "a 0.5 b" "10.1.1.1" 0.023',
    { durationMs: 23 },
  ],
  [
    'a request time with its name',
    '10.0.0.1 - - [24/Nov/2026:10:00:00 +0000] "GET / HTTP/1.0" 200 1 "-" "-" rt=1.250 uct="0.000"',
    { durationMs: 1_250 },
  ],
  [
    'bytes that are no request',
    '10.0.0.1 - - [24/Nov/2026:10:00:00 +0000] "\\x16\\x03\\x01" 400 157 "-" "-"',
    { method: '', path: '\\x16\\x03\\x01' },
  ],
  [
    'letters beyond ASCII as nginx writes them',
    '10.0.0.1 - - [24/Nov/2026:10:00:00 +0000] "GET /caf\\xC3\\xA9?q=\\xFF HTTP/1.1" 200 1 "-" "na\\xc3\\xafve"',
    { path: '/café', query: 'q=\\xFF', userAgent: 'naïve' },
  ],
  [
    'an empty request',
    '10.0.0.1 - - [24/Nov/2026:10:00:00 +0000] "" 400 0 "-" "-"',
    { method: '', path: '' },
  ],
  [
    'quotes as Apache writes them',
    '10.0.0.1 - - [24/Nov/2026:10:00:00 +0000] "GET /a\\"b HTTP/1.0" 200 1 "-" "x \\"y\\" \\\\"',
    { path: '/a"b', userAgent: 'x "y" \\' },
  ],
])('%s', async (_, line, wanted) => {
  const { records } = await readFile(
    `${line}\n10.0.0.9 - - [24/Nov/2026:11:00:00 +0000] "GET /last HTTP/1.0" 200 1\n`,
  );
  if (wanted === null) expect(records).toHaveLength(1);
  else expect(records[0]).toMatchObject(wanted);
  expect(records.at(-1)?.path).toBe('/last');
});

test('a JSON object a line, by the names of nginx’s variables', async () => {
  const { records, file } = await readFile(
    [
      '{"time_iso8601":"2026-11-24T10:00:00+00:00","remote_addr":"203.0.113.9","remote_user":"-","request":"GET /a?b=1 HTTP/1.1","status":"502","body_bytes_sent":"123","request_length":"80","request_time":"0.012","upstream_response_time":"0.010, 0.001","http_user_agent":"curl \\x22x\\x22","http_referer":"-","host":"example.org","__proto__":{"status":1}}',
      '{"msec":1795514401.5,"remote_addr":"::1","remote_user":"bob","request_method":"PUT","request_uri":"/c","status":204,"bytes_sent":0,"request_time":1.5}',
      '{"time_local":"24/Nov/2026:10:00:02 +0000","remote_addr":"::1","request_method":"GET","uri":"/d","args":"x=1","status":200}',
      '{"time_local":"24/Nov/2026:10:00:02 +0000","remote_addr":"::1","uri":"/d"}',
    ].join('\n'),
  );
  expect(file).toMatchObject({ format: 'json', rows: 3, hasDurations: true });
  expect(file?.problems).toEqual([
    { code: 'line.field', line: 4, data: { field: 'status', found: 'missing' } },
  ]);
  expect(records[0]).toMatchObject({
    method: 'GET',
    path: '/a',
    query: 'b=1',
    status: 502,
    bytesOut: 123,
    bytesIn: 80,
    durationMs: 12,
    upstreamMs: null,
    userName: null,
    userAgent: 'curl "x"',
  });
  expect(records[0]?.request.headers).toContainEqual(['Host', 'example.org']);
  expect(records[1]).toMatchObject({
    time: 1_795_514_401_500,
    userName: 'bob',
    method: 'PUT',
    path: '/c',
    durationMs: 1_500,
  });
  expect(records[2]).toMatchObject({ path: '/d', query: 'x=1', durationMs: 0 });
});

test('the HAR of a browser', async () => {
  const entry = {
    startedDateTime: '2026-11-24T10:00:00.000+01:00',
    time: 12.5,
    request: {
      method: 'GET',
      url: 'https://example.org/a?b=1#c',
      headers: [{ name: 'User-Agent', value: 'Firefox' }],
      bodySize: -1,
    },
    response: {
      status: 200,
      headers: [],
      content: { size: 3, mimeType: 'text/plain', text: 'abc' },
      bodySize: 3,
    },
  };
  const { records, file } = await readFile(
    JSON.stringify({ log: { version: '1.2', pages: [], entries: [entry] } }, null, 2),
  );
  expect(file).toMatchObject({ format: 'har', rows: 1, problems: [] });
  expect(records[0]).toMatchObject({
    path: '/a',
    query: 'b=1',
    userAgent: 'Firefox',
    bytesIn: 0,
    bytesOut: 3,
    durationMs: 12.5,
    time: Date.UTC(2026, 10, 24, 9),
  });
  expect(records[0]?.response.body?.text).toBe('abc');
});
