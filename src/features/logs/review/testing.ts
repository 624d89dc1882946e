import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { HOUR } from '../../../base/clock.ts';
import type { ExportFormat } from '../contract.ts';
import { ByteSink } from '../export/byte-sink.ts';
import { csvHeader, csvLine } from '../export/csv.ts';
import { harBetween, harEntry, harHead, harTail } from '../export/har.ts';
import { NdjsonWriter } from '../export/ndjson.ts';
import type { LogRecord } from '../record.ts';
import { encodeRecord } from '../stored-record.ts';
import { makeRecord } from '../testing.ts';
import type { Packing } from './unpack.ts';

/** For tests: a folder for the running one, removed at its end. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-review-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** For tests: records of some tokens, endpoints, outcomes and addresses, in order of time, over two UTC days. */
export function makeRecords(count: number): LogRecord[] {
  const start = Date.UTC(2026, 9, 24, 20);
  return Array.from({ length: count }, (_, at) => {
    const token = at % 7;
    const failed = at % 5 === 0;
    return makeRecord({
      time: start + Math.floor((at * 8 * HOUR) / count),
      tokenId: token === 0 ? null : `0190f3c0-0000-7000-8000-00000000000${token}`,
      tokenName: token === 0 ? null : `Token "${token}", =1+1 ü`,
      userName: token === 0 ? null : `User ${token % 3}`,
      address: `203.0.113.${at % 11}`,
      path: `/v1/shifts/${at}`,
      query: at % 3 === 0 ? `page=${at}&q=a,"b"` : '',
      endpoint: token === 0 ? null : 'GET /v1/shifts/{id}',
      tag: token === 0 ? null : 'shifts',
      status: failed ? 429 : 200,
      reason: failed ? 'limit.hour' : null,
      durationMs: (at % 97) + 0.125,
      bytesOut: at * 10,
      userAgent: `agent/${at % 4} (naïve; "x")`,
      request: {
        headers: [
          ['Host', 'gateway.example'],
          ['X-Quote', `\\"${at}`],
        ],
        body: null,
      },
    });
  });
}

const FORMS: Record<ExportFormat, (records: readonly LogRecord[]) => string> = {
  ndjson: writeNdjson,
  csv: (records) => csvHeader + records.map(csvLine).join(''),
  har: (records) => harHead('1') + records.map(harEntry).join(harBetween) + harTail,
};

/** As the export does it: from the lines of the journal. */
function writeNdjson(records: readonly LogRecord[]): string {
  const [writer, sink] = [new NdjsonWriter(), new ByteSink()];
  for (const record of records) writer.write(Buffer.from(encodeRecord(record)), sink);
  return sink.take();
}

/** For tests: what an export of these records is. */
export const exported = (records: readonly LogRecord[], format: ExportFormat): Buffer =>
  Buffer.from(FORMS[format](records));

export const pack = (bytes: Buffer, packing: Packing | null): Buffer =>
  packing === null ? bytes : packing === 'gzip' ? gzipSync(bytes) : zstdCompressSync(bytes);

/** For tests: writes a file into a folder of its own; returns its path. */
export function writeTestFile(name: string, bytes: Uint8Array | string): string {
  const path = join(testFolder(), name);
  writeFileSync(path, bytes);
  return path;
}

/** For tests: writes the manifest of an export beside it. */
export function writeManifest(path: string, unpacked: Buffer, rows: number): void {
  const manifest = {
    ...{
      gatehouse: 'log export',
      version: '1',
      instance: 'an id',
      format: 'ndjson',
      filter: {},
      zone: 'UTC',
    },
    ...{ madeAt: new Date(0), madeBy: 'os:tester', rows, bytes: unpacked.length, redaction: '' },
    ...{ sha256: createHash('sha256').update(unpacked).digest('hex'), auditHead: { seq: 1, mac: '' } },
  };
  writeFileSync(`${path}.manifest.json`, JSON.stringify(manifest));
}
