import type { LogDetail, LogRow } from './contract.ts';
import type { LogRecord } from './record.ts';

const wholePath = (record: LogRecord) =>
  record.query === '' ? record.path : `${record.path}?${record.query}`;

/** A record as a row of the list. */
export const rowOf = (record: LogRecord): LogRow => ({
  requestId: record.requestId,
  time: new Date(record.time),
  tokenId: record.tokenId,
  tokenName: record.tokenName,
  userName: record.userName,
  address: record.address,
  method: record.method,
  path: wholePath(record),
  endpoint: record.endpoint,
  status: record.status,
  reason: record.reason,
  durationMs: record.durationMs,
  bytesIn: record.bytesIn,
  bytesOut: record.bytesOut,
  userAgent: record.userAgent,
  interrupted: record.phase === 'interrupted',
});

/** A record as the detail view shows it. */
export const detailOf = (record: LogRecord): LogDetail => ({
  ...rowOf(record),
  peer: record.peer ?? null,
  userId: record.userId,
  query: record.query,
  upstreamMs: record.upstreamMs,
  policyVersion: record.policyVersion,
  // Rows from before rotation do not say.
  secretId: record.secretId ?? null,
  secretPrefix: record.secretPrefix ?? null,
  request: record.request,
  response: record.response,
  checks: record.checks,
  limits: record.limits,
  trial: record.trial ?? null,
  removed: record.removed,
  aborted: record.aborted ?? null,
});
