import { createHash } from 'node:crypto';
import { implement } from '@orpc/server';
import type { Kysely } from 'kysely';
import { type Clock, systemClock } from '../../base/clock.ts';
import { Fault } from '../../base/faults.ts';
import { newId } from '../../base/ids.ts';
import type { Schema } from '../../db/schema.ts';
import { answerFaults, type CallContext } from '../answer-faults.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { inPieces } from '../in-pieces.ts';
import { logs } from './contract.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { detailOf, rowOf } from './detail.ts';
import { downloadRows } from './export/download.ts';
import type { LogStore } from './log-store.ts';
import { overviewOf } from './overview.ts';
import { readQuery, searchOf } from './search-of.ts';
import { listViews, putView, recordedView, removeView, requireView, viewNamed } from './views.ts';

export interface LogsDeps {
  log: LogStore;
  /** What an exported file says that it is of. */
  instance: { id: string; version: string };
  /** Where saved views are. */
  db: Kysely<Schema>;
  clock?: Clock;
  audit: Pick<AuditLog, 'note' | 'change'>;
}

/** What reading a log asks of its store. */
export type ReadLog = Pick<
  LogStore,
  'bringIn' | 'search' | 'count' | 'tail' | 'record' | 'oldestRow' | 'newestRow'
>;

/** A search answers after so many milliseconds with what it has found, so that somebody can see how far it is. */
const SEARCH_MS = 150;

const REDACTION =
  'Credentials, cookies and what is named like a secret were taken out before the rows were written; each says what.';

const os = implement(logs).$context<CallContext>().use(answerFaults);

/** What of the log is asked alike of an instance and of files that are reviewed. */
export const logReads = ({ log, clock }: { log: ReadLog; clock: Clock }) => ({
  query: os.query.handler(async ({ input: { filter, order, cursor, limit } }) => {
    const search = searchOf(filter);
    const after = cursor === undefined ? null : readCursor(cursor);
    await log.bringIn();
    const { rows, next, searchedTo } = await log.search(search, { order, after, limit }, SEARCH_MS);
    return {
      items: rows.map(({ record }) => rowOf(record)),
      nextCursor: next && writeCursor(next),
      searchedTo: searchedTo === null ? null : new Date(searchedTo),
    };
  }),

  get: os.get.handler(async ({ input }) => {
    await log.bringIn();
    const record = await log.record(input.requestId);
    if (!record) throw new Fault('id.unknown', { kind: 'request', id: input.requestId });
    return detailOf(record);
  }),

  overview: os.overview.handler(({ input, signal }) => inPieces(signal, overviewOf(log, input, clock))),

  tail: os.tail.handler(({ input: { filter }, signal }) => {
    const terms = readQuery(filter.query);
    return inPieces(signal, async function* (gone) {
      for await (const records of log.tail(terms, gone)) yield { items: records.map(rowOf) };
    });
  }),
});

/** The request log: a page at a time, counted, as it grows, one request whole, or a filter's rows as a file. */
export const createLogsService = ({ log, instance, db, clock = systemClock, audit }: LogsDeps) =>
  os.router({
    ...logReads({ log, clock }),

    download: os.download.handler(({ input: { filter, format }, context, signal }) => {
      const search = searchOf(filter);
      return inPieces(signal, async function* () {
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
          for await (const piece of downloadRows(log, search, format, { now, version: instance.version })) {
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
      });
    }),

    views: {
      list: os.views.list.handler(() => listViews(db)),

      save: os.views.save.handler(({ input, context }) =>
        audit.change(context.actor, async (tx, record) => {
          readQuery(input.query);
          const now = clock.now();
          const before = await viewNamed(tx, input.name);
          const { id, createdBy } = before ?? { id: newId(now), createdBy: context.actor };
          const view = { ...input, id, createdBy };
          await putView(tx, view, now);
          record(recordedView(before, view));
          return view;
        }),
      ),

      remove: os.views.remove.handler(({ input, context }) =>
        audit.change(context.actor, async (tx, record) => {
          const view = await requireView(tx, input.id);
          await removeView(tx, input.id);
          record(recordedView(view, null));
        }),
      ),
    },
  });
