import type { LogRecord } from '../features/logs/record.ts';
import type { Answer } from './answer.ts';

type Known = Partial<LogRecord> & Pick<LogRecord, 'requestId' | 'time' | 'address' | 'policyVersion'>;

/** The log's row where nothing that was sent can be kept: it may hold anything, or could not be redacted. */
export const bareRecord = (known: Known, { status, reason, body }: Answer): LogRecord => ({
  tokenId: null,
  tokenName: null,
  userId: null,
  userName: null,
  method: '-',
  path: '-',
  query: '',
  endpoint: null,
  tag: null,
  status,
  reason,
  durationMs: 0,
  upstreamMs: null,
  bytesIn: 0,
  bytesOut: body === null ? 0 : Buffer.byteLength(body),
  userAgent: '',
  secretId: null,
  secretPrefix: null,
  counted: false,
  request: { headers: [], body: null },
  response: { headers: [], body: null },
  checks: [],
  limits: null,
  removed: [],
  ...known,
});
