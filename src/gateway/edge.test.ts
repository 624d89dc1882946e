import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRaw } from '../../tests/support/raw-connection.ts';
import { makeRunning, type Running } from '../../tests/support/running-gateway.ts';
import type { RunningGateway } from './start.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/http-at-the-edge.md'), 'utf8').split(
  '\n## ',
)[0] as string;

/** The table of the page: what, sent, answer, connection. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| what '))
  .map(
    (line) =>
      line.split(' | ').map((cell) => cell.replace(/^\| |^`|`$/g, '')) as [string, string, string, string],
  );

let running: Running;
let gateway: RunningGateway;
let secret: string;
beforeAll(async () => {
  running = await makeRunning();
  gateway = await running.start();
  secret = (await running.token()).secret;
});
afterAll(() => running.close());

const bytesOf = (sent: string): Buffer =>
  Buffer.from(
    sent
      .replaceAll('{auth}', `Authorization: Bearer ${secret}`)
      .replace(/\{([^{}]+)\*(\d+)\}/g, (_, piece: string, times: string) => piece.repeat(Number(times)))
      .replaceAll('⏎', '\r\n')
      .replace(/\{x([0-9a-f]{2})\}/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    'latin1',
  );

const GOOD = 'GET /v1/openapi.json HTTP/1.1⏎Host: a⏎Connection: close⏎⏎';

test('the table was read', () => {
  expect(rows.length).toBeGreaterThan(35);
  expect(new Set(rows.map(([what]) => what)).size).toBe(rows.length);
});

/** The answers in what came back, each up to the end that its Content-Length gives it. */
function answersOf(text: string): { status: number; requestId: string; code: string | null }[] {
  const answers = [];
  for (let rest = Buffer.from(text); rest.length > 0; ) {
    const end = rest.indexOf('\r\n\r\n') + 4;
    const head = rest.subarray(0, end).toString();
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1]);
    const body = rest.subarray(end, end + length).toString();
    const { code = null } = head.includes('application/problem+json') ? JSON.parse(body) : {};
    const requestId = /^x-request-id: (\S+)/im.exec(head)?.[1] ?? '';
    answers.push({ status: Number(/^HTTP\/1\.1 (\d+) /.exec(head)?.[1]), requestId, code });
    rest = rest.subarray(end + length);
  }
  return answers;
}

test.each(rows)('%s', async (_what, sent, answer, connection) => {
  const { socket, answer: all } = await openRaw(gateway.address);
  socket.write(Buffer.concat([bytesOf(sent), bytesOf(GOOD)]));
  const answers = answersOf(await all());
  const shown = answers.map(({ status, code }) => (code === null ? status : `${status} ${code}`)).join(', ');
  expect(shown).toBe(connection === 'stays' ? `${answer}, 200` : answer);
  for (const { status, requestId } of answers) expect((await running.logged(requestId)).status).toBe(status);
});
