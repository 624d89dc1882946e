import type { LogFilter, LogRow } from '../features/logs/contract.ts';
import type { AdminClient } from './client.ts';
import { printJsonList, printTableParts, progressLine } from './output.ts';

const PAGE = 1_000;

/** The columns of the log's rows, as a table. */
export const ROW_HEADINGS = ['time', 'status', 'ms', 'request', 'token', 'address', 'reason', 'request id'];

export const rowCells = (row: LogRow): (string | number)[] => [
  row.time.toISOString(),
  row.status,
  row.durationMs.toFixed(1),
  `${row.method} ${row.path}`,
  row.tokenName ?? '–',
  row.address,
  row.reason ?? '',
  row.requestId,
];

/** Whoever can be asked for rows. */
type LogClient = { readonly logs: Pick<AdminClient['logs'], 'query'> };

/** The newest rows of a filter, as they are found: at most `limit`. How far the search has come is told on a terminal. */
async function* findRows(client: LogClient, filter: LogFilter, limit: number): AsyncGenerator<LogRow[]> {
  const progress = progressLine();
  let found = 0;
  let cursor: string | null | undefined;
  do {
    const page = await client.logs.query({
      filter,
      limit: Math.min(PAGE, limit - found),
      ...(cursor ? { cursor } : {}),
    });
    progress.clear();
    found += page.items.length;
    yield page.items;
    cursor = page.nextCursor;
    if (page.searchedTo !== null)
      progress.show(`searched back to ${page.searchedTo.toISOString()}, found ${found}`);
  } while (cursor !== null && found < limit);
  progress.clear();
}

/** Prints the newest rows of a filter: a table, or one JSON array. */
export async function printRows(
  client: LogClient,
  filter: LogFilter,
  { limit, json = false }: { limit: number; json?: boolean },
): Promise<void> {
  const pages = findRows(client, filter, limit);
  if (json) return printJsonList(pages);
  await printTableParts(ROW_HEADINGS, mapped(pages), 'No request matches.');
}

async function* mapped(pages: AsyncIterable<LogRow[]>): AsyncGenerator<(string | number)[][]> {
  for await (const rows of pages) yield rows.map(rowCells);
}
