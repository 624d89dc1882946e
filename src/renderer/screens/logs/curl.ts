import type { LogDetail } from '../../../features/logs/contract.ts';
import { shellWord } from './shell-word.ts';

/** Stands in the command where the client's secret was; the shell fills it in. */
export const SECRET_VARIABLE = 'GATEHOUSE_TOKEN';

/** curl writes these itself, or they belong to that one connection. */
const NOT_SENT = new Set([
  'authorization',
  'accept-encoding',
  'connection',
  'content-length',
  'cookie',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]);

/**
 * The request as a curl command, to be repeated against the gateway at `address` ("http://127.0.0.1:8080"). The
 * secret is never known here, so the command reads it from the environment; a body that was not kept is left out.
 */
export function curlOf(detail: LogDetail, address: string): string {
  const { method, path, request } = detail;
  const lines = [
    `curl ${method === 'HEAD' ? '--head' : `--request ${shellWord(method)}`} ${shellWord(`${address}${path}`)}`,
  ];
  const credential = request.headers.some(([name]) => name.toLowerCase() === 'authorization');
  if (credential) lines.push(`--header "Authorization: Bearer $${SECRET_VARIABLE}"`);
  for (const [name, value] of request.headers) {
    if (!NOT_SENT.has(name.toLowerCase())) lines.push(`--header ${shellWord(`${name}: ${value}`)}`);
  }
  const body = request.body?.text;
  if (body) lines.push(`--data-raw ${shellWord(body)}`);
  return lines.join(' \\\n  ');
}
