import { readCounted } from './counted.ts';
import { readHeads } from './heads.ts';
import type { LogStore } from './log-store.ts';
import { ingestIfIdle } from './replay.ts';
import { newestRowTime } from './retention.ts';
import { addressesSeen } from './seen.ts';
import { readRecord, readRecords } from './store.ts';

/** The log of an instance in a file: a file a UTC day beside it. Every call opens what it reads, and closes it. */
export const sqliteLog = (instanceFile: string): LogStore => ({
  bringIn: async () => ingestIfIdle(instanceFile),
  records: async (filter, page) => readRecords(instanceFile, filter, page),
  record: async (requestId) => readRecord(instanceFile, requestId),
  async *heads(from, to) {
    yield* readHeads(instanceFile, from, to);
  },
  addressesSeen: async (since, tokenIds) => addressesSeen(instanceFile, since, tokenIds),
  counted: async (since, take) => readCounted(instanceFile, since, take),
  newestRow: async () => newestRowTime(instanceFile),
});
