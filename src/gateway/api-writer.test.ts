import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeShiftsFile, type ShiftsFile } from '../../tests/support/shifts-file.ts';
import type { ApiRequest } from '../shifts-api/operation.ts';
import { everything } from '../shifts-api/visible.ts';
import { type ApiWriter, startApiWriter } from './api-writer.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
let held: ShiftsFile;
let writer: ApiWriter;

beforeEach(async () => {
  held = await makeShiftsFile();
  writer = startApiWriter(held.path);
});
afterEach(async () => {
  await writer.close();
  await held.remove();
});

const report = { kind: 'hours', from: '2026-11-01T00:00:00Z', to: '2026-11-24T00:00:00Z' };
const request = (visible: ApiRequest['visible'], operation: string, body: object): ApiRequest => ({
  operation,
  params: {},
  query: new URLSearchParams(),
  body: Buffer.from(JSON.stringify(body)),
  contentType: 'application/json',
  visible,
  now: NOW,
});

test.each([
  ['reports', 'createReport', report, 4, 201],
  ['writes', 'createShift', {}, 100, 400],
])(
  'of one token so many %s are under way at once, and others have their own',
  async (_, operation, body, most, status) => {
    const [one, other] = [{ ...everything }, { ...everything }];
    const ask = async (visible: ApiRequest['visible']) => {
      const { answer } = await writer.handle(request(visible, operation, body));
      return answer;
    };
    const asked = Array.from({ length: most + 1 }, () => ask(one));
    const others = ask(other);
    expect(await asked.pop()).toMatchObject({
      status: 429,
      reason: 'limit.waiting',
      headers: { 'Retry-After': '1' },
    });
    for (const answer of await Promise.all([...asked, others])) expect(answer.status).toBe(status);
    // Once they are answered there is room again.
    expect((await ask(one)).status).toBe(status);
  },
);
