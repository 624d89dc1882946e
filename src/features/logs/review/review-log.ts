import { DAY } from '../../../base/clock.ts';
import type { Term } from '../../../base/log-query/terms.ts';
import { countDays } from '../columns/count.ts';
import { searchDays } from '../columns/search.ts';
import type { Counts, Found, Search, StoredRecord } from '../log-store.ts';
import type { ReadLog } from '../service.ts';
import type { FileReview } from './file-review.ts';
import { placeOfId } from './format.ts';
import { givingWay } from './giving-way.ts';
import { FileRecords } from './record-source.ts';
import { placeInFile, type ReviewIndex } from './review-index.ts';

/** Counts that grow are told so often, in milliseconds. */
const TELL_EVERY = 150;

/** The rows of the files that are in the index by now. */
export function reviewLog(index: ReviewIndex, files: readonly (FileReview | null)[]): ReadLog {
  const records = new FileRecords(files, true);
  // To say which line a record is in costs more than to read it.
  const withoutIds = new FileRecords(files, false);
  const sourceFor = ({ terms }: Search) => (terms.some(({ field }) => field === 'id') ? records : withoutIds);

  const search: ReadLog['search'] = async (wanted, page, budgetMs): Promise<Found> => {
    const until = performance.now() + budgetMs;
    const budget = { isSpent: () => performance.now() >= until, giveWay: givingWay() };
    const found = await searchDays(index.days(page.order), wanted, page, sourceFor(wanted), budget);
    const rows = found.rows.flatMap((row): StoredRecord[] => {
      const record = records.record(row);
      return record === null ? [] : [{ day: row.day, id: row.id, segment: row.segment, record }];
    });
    return { ...found, rows };
  };

  const byTime = async (requestId: string, time: number) => {
    const range = { from: time, to: time + 1, terms: [] };
    const page = { order: 'oldest', after: null, limit: 1_000 } as const;
    const { rows } = await search(range, page, Number.POSITIVE_INFINITY);
    return rows.find(({ record }) => record.requestId === requestId)?.record ?? null;
  };

  return {
    bringIn: async () => undefined,
    search,
    async *count(wanted, by): AsyncGenerator<Counts, void> {
      let toldAt = performance.now();
      const isDue = () => {
        if (performance.now() - toldAt < TELL_EVERY) return false;
        toldAt = performance.now();
        return true;
      };
      yield* countDays(index.days('newest'), wanted, by, sourceFor(wanted), { isDue, giveWay: givingWay() });
    },
    // Nothing arrives in a file that was read.
    async *tail(_, signal) {
      if (!signal.aborted)
        await new Promise((done) => signal.addEventListener('abort', done, { once: true }));
    },
    async record(requestId) {
      const place = placeOfId(requestId);
      if (place !== null) {
        const row = rowAt(index, place.file - 1, place.offset);
        return row && records.record(row);
      }
      const time = timeOfUuid(requestId);
      const quick = time === null ? null : await byTime(requestId, time);
      if (quick !== null) return quick;
      // Written by another program, an id need not say its time.
      const term: Term = { field: 'id', excluded: false, values: [{ kind: 'text', text: requestId }] };
      const all = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, terms: [term] };
      const page = { order: 'newest', after: null, limit: 1 } as const;
      return (await search(all, page, Number.POSITIVE_INFINITY)).rows[0]?.record ?? null;
    },
    oldestRow: async () => timeOf(index, 'oldest'),
    newestRow: async () => timeOf(index, 'newest'),
  };
}

function timeOf(index: ReviewIndex, which: 'oldest' | 'newest'): number | null {
  const [day] = index.days(which);
  if (day === undefined) return null;
  return day.blocks.reduce(
    (time, { first, last }) =>
      which === 'oldest' ? Math.min(time, day.day * DAY + first) : Math.max(time, day.day * DAY + last),
    which === 'oldest' ? Number.POSITIVE_INFINITY : 0,
  );
}

/** Unix milliseconds of a UUID of version 7; null: it is none. */
function timeOfUuid(id: string): number | null {
  const hex = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i.exec(id);
  return hex === null ? null : Number.parseInt(`${hex[1]}${hex[2]}`, 16);
}

/** The row whose record begins there. */
function rowAt(index: ReviewIndex, file: number, offset: number) {
  for (const day of index.days('newest'))
    for (const block of day.blocks) {
      const { segments, offsets, lengths } = day.places(block);
      for (let at = 0; at < segments.length; at++) {
        const place = { segment: segments[at] as number, offset: offsets[at] as number };
        const found = placeInFile(place);
        if (found.offset === offset && found.file === file)
          return { ...place, length: lengths[at] as number };
      }
    }
  return null;
}
