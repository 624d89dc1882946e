import { expect, test } from 'vitest';
import { makeFront, plainRing } from '../../tests/support/gateway-front.ts';
import type { LogRecord } from '../features/logs/record.ts';
import { createHeadReader } from './head.ts';

const readHead = createHeadReader(() => plainRing);

test('500 with a row that keeps nothing of the request, where its own row cannot be made', async () => {
  const rows: LogRecord[] = [];
  const front = await makeFront(async (record) => void rows.push(record), {
    readHead: (request) => ({
      ...readHead(request),
      get logged(): never {
        throw new Error('nothing can be redacted');
      },
    }),
  });
  for (const init of [{}, { method: 'POST' }, { method: 'POST', body: 'canary' }]) {
    const response = await front.ask({ ...init, headers: { 'x-canary': 'canary' } });
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ code: 'gateway.failed' });
    expect(rows.at(-1)).toMatchObject({
      requestId: response.headers.get('x-request-id'),
      status: 500,
      reason: 'gateway.failed',
      endpoint: `${init.method ?? 'GET'} /open`,
    });
  }
  expect(JSON.stringify(rows)).not.toContain('canary');
  expect(rows).toHaveLength(3);
  expect(front.failures).toHaveLength(3);
  await front.close();
});

test('500 with a row where a request cannot even be read', async () => {
  const rows: LogRecord[] = [];
  const front = await makeFront(async (record) => void rows.push(record), {
    readHead() {
      throw new Error('nothing can be read');
    },
  });
  const response = await front.ask();
  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({ code: 'gateway.failed' });
  expect(rows).toMatchObject([{ status: 500, reason: 'gateway.failed' }]);
  expect(front.failures).toHaveLength(1);
  await front.close();
});

test('an answer that cannot be written ends its connection, and nothing else', async () => {
  const bad = { status: 200, body: '{}', reason: null, headers: { Location: 'two\nlines' } } as const;
  const front = await makeFront(async () => undefined, {
    reads: { read: () => bad },
    writer: {
      handle: async () => ({ answer: bad, durationMs: 0 }),
      close: async () => undefined,
    },
  });
  await expect(front.ask()).rejects.toThrow();
  await expect(front.ask({ method: 'POST' })).rejects.toThrow();
  expect(front.failures).toMatchObject([{ code: 'ERR_INVALID_CHAR' }, { code: 'ERR_INVALID_CHAR' }]);
  await front.close();
});
