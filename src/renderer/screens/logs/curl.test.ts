import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { LogDetail } from '../../../features/logs/contract.ts';
import { curlOf } from './curl.ts';

const detail = (change: Partial<LogDetail> = {}): LogDetail => ({
  requestId: '01999999-0000-7000-8000-000000000000',
  time: new Date('2026-11-24T10:00:00Z'),
  tokenId: null,
  tokenName: null,
  peer: null,
  userId: null,
  userName: null,
  address: '203.0.113.7',
  method: 'GET',
  path: '/v1/shifts?limit=5&status=open',
  query: 'limit=5&status=open',
  endpoint: 'GET /v1/shifts',
  status: 200,
  reason: null,
  durationMs: 1,
  upstreamMs: null,
  bytesIn: 0,
  bytesOut: 0,
  userAgent: '',
  policyVersion: 1,
  secretId: null,
  secretPrefix: null,
  request: { headers: [], body: null },
  response: { headers: [], body: null },
  checks: [],
  limits: null,
  trial: null,
  removed: [],
  aborted: null,
  interrupted: false,
  ...change,
});

test('the credential is a placeholder that the shell fills in', () => {
  const request = { headers: [['authorization', '[removed]']] as [string, string][], body: null };
  const command = curlOf(detail({ request }), 'http://127.0.0.1:8080');
  expect(command).toContain('"Authorization: Bearer $GATEHOUSE_TOKEN"');
  expect(command).not.toContain('[removed]');
});

test('a request that carried no credential is repeated without one', () => {
  expect(curlOf(detail(), 'http://127.0.0.1:8080')).toBe(
    "curl --request GET 'http://127.0.0.1:8080/v1/shifts?limit=5&status=open'",
  );
});

/** What a POSIX shell would hand to curl. */
function argumentsOf(command: string): string[] {
  const script = `curl() { for word in "$@"; do printf '%s\\0' "$word"; done; }\n${command}`;
  const printed = execFileSync('sh', ['-c', script], {
    env: { GATEHOUSE_TOKEN: 'shf_test' },
    encoding: 'utf8',
  });
  return printed.split('\0').slice(0, -1);
}

test('what a client sent can run nothing in the admin’s shell, and arrives as it was', () => {
  const evil = `$(echo run)'; echo run; echo '\`echo run\` "!!" \\ $HOME\nline`;
  const headers: [string, string][] = [
    ['x-note', evil],
    ['Authorization', '[removed]'],
  ];
  const request = { headers, body: { type: 'application/json', bytes: 10, text: evil } };
  const command = curlOf(detail({ method: 'POST', path: `/v1/shifts?q=${evil}`, request }), 'http://h');
  expect(argumentsOf(command)).toEqual([
    ...['--request', 'POST', `http://h/v1/shifts?q=${evil}`],
    ...['--header', 'Authorization: Bearer shf_test'],
    ...['--header', `x-note: ${evil}`],
    ...['--data-raw', evil],
  ]);
});

test('headers that curl or the connection makes are not repeated', () => {
  const headers: [string, string][] = [
    ['Host', 'a'],
    ['Content-Length', '3'],
    ['accept', 'application/json'],
  ];
  const command = curlOf(detail({ request: { headers, body: null } }), 'http://h');
  expect(command).toContain("--header 'accept: application/json'");
  expect(command).not.toMatch(/host:|content-length/i);
});
