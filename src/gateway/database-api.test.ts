import { expect, onTestFinished, test } from 'vitest';
import { startCuttable, through } from '../../tests/support/cut.ts';
import { postgresInstance } from '../../tests/support/postgres-instance.ts';
import { systemClock } from '../base/clock.ts';
import type { ApiRequest } from '../shifts-api/api.ts';
import { everything } from '../shifts-api/visible.ts';
import { openDatabaseApi } from './database-api.ts';

const request = (operation: string, body: object | null = null): ApiRequest => ({
  operation,
  params: {},
  query: new URLSearchParams(),
  body: body === null ? null : Buffer.from(JSON.stringify(body)),
  contentType: 'application/json',
  visible: everything,
  now: Date.parse('2026-11-24T12:00:00Z'),
});

const report = { kind: 'hours', from: '2026-11-01T00:00:00Z', to: '2026-11-24T00:00:00Z' };

async function opened() {
  const { url } = await postgresInstance();
  const way = await startCuttable(Number(new URL(url).port));
  const api = openDatabaseApi(through(url, way.port), systemClock);
  onTestFinished(async () => {
    await api.close();
    await way.close();
  });
  return { api, way };
}

test.each(['cut', 'silence'] as const)(
  'while the way to the database is away (%s) requests are told so, and answered once it is back',
  async (away) => {
    const { api, way } = await opened();
    expect((await api.handle(request('listShifts'))).answer.status).toBe(200);
    way[away]();
    const both = await Promise.all([
      api.handle(request('listShifts')),
      api.handle(request('createEmployee', {})),
      api.handle(request('createShift', {})),
    ]);
    expect(both.map(({ answer }) => answer.reason)).toEqual([
      'database.unavailable',
      // What is not valid is so without a look at the rows.
      'request.invalid',
      'request.invalid',
    ]);
    way.heal();
    expect((await api.handle(request('listShifts'))).answer.status).toBe(200);
    expect((await api.handle(request('createReport', report))).answer.status).toBe(201);
  },
  20_000,
);

test('of one token so many reports are under way at once', async () => {
  const { api } = await opened();
  const asked = Array.from({ length: 5 }, () => api.handle(request('createReport', report)));
  const statuses = (await Promise.all(asked)).map(({ answer }) => answer.status);
  expect(statuses).toEqual([201, 201, 201, 201, 429]);
});
