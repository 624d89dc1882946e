import { createHash } from 'node:crypto';
import { implement } from '@orpc/server';
import { type Clock, systemClock } from '../../base/clock.ts';
import { Fault } from '../../base/faults.ts';
import { answerFaults, type CallContext } from '../answer-faults.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { logs } from './contract.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { detailOf, rowOf } from './detail.ts';
import { downloadRows } from './download.ts';
import type { LogStore } from './log-store.ts';

export interface LogsDeps {
  log: LogStore;
  /** What an exported file says that it is of. */
  instance: { id: string; version: string };
  clock?: Clock;
  audit: Pick<AuditLog, 'note'>;
}

const REDACTION =
  'Credentials, cookies and what is named like a secret were taken out before the rows were written; each says what.';

const os = implement(logs).$context<CallContext>().use(answerFaults);

/** The request log: a page at a time, one request whole, or a filter's rows as a file. */
export const createLogsService = ({ log, instance, clock = systemClock, audit }: LogsDeps) =>
  os.router({
    query: os.query.handler(async ({ input }) => {
      const after = input.cursor === undefined ? null : readCursor(input.cursor);
      await log.bringIn();
      const records = await log.records(input.filter, { order: 'newest', after, limit: input.limit + 1 });
      const page = records.slice(0, input.limit);
      const last = page.at(-1);
      return {
        items: page.map(({ record }) => rowOf(record)),
        nextCursor: last && records.length > page.length ? writeCursor(last) : null,
      };
    }),

    get: os.get.handler(async ({ input }) => {
      await log.bringIn();
      const record = await log.record(input.requestId);
      if (!record) throw new Fault('id.unknown', { kind: 'request', id: input.requestId });
      return detailOf(record);
    }),

    download: os.download.handler(async function* ({ input: { filter, format }, context }) {
      await log.bringIn();
      const subject = { kind: 'log', id: '', name: format };
      // Before the first row leaves, as a process that ends meanwhile must not hide the export.
      await audit.note(context.actor, {
        action: 'log.download',
        subject,
        before: null,
        after: { filter, format },
      });
      const now = clock.now();
      const hash = createHash('sha256');
      let [rows, bytes, whole] = [0, 0, false];
      const noteEnd = () =>
        audit.note(context.actor, {
          action: 'log.download_end',
          subject,
          before: null,
          after: { filter, format, rows, whole },
        });
      try {
        for await (const piece of downloadRows(log, filter, format, { now, version: instance.version })) {
          yield piece;
          rows += piece.rows;
          bytes += Buffer.byteLength(piece.text);
          hash.update(piece.text);
        }
        whole = true;
      } finally {
        // That it began is recorded, also where the process is about to end and this is too late.
        if (!whole)
          await noteEnd().catch((thrown) =>
            console.error('gatehouse: the end of a download was not recorded:', thrown),
          );
      }
      const auditHead = await noteEnd();
      if (auditHead === null) throw new Error('the end of a download is always recorded');
      yield {
        manifest: {
          gatehouse: 'log export',
          version: instance.version,
          instance: instance.id,
          format,
          filter,
          zone: 'UTC',
          madeAt: new Date(now),
          madeBy: context.actor,
          rows,
          bytes,
          sha256: hash.digest('hex'),
          redaction: REDACTION,
          auditHead,
        },
      };
    }),
  });
