import type { Bringer } from './bringer.ts';
import { Ingester } from './ingest.ts';
import { PostgresIngester } from './postgres/ingest.ts';
import type { WriterStart } from './writer-messages.ts';

/** What moves the journal into the database of an instance, in whichever engine it is. */
export function openBringer({
  database,
  gateway,
  endedThrough,
}: Pick<WriterStart, 'database' | 'gateway' | 'endedThrough'>): Bringer {
  if (database.engine === 'sqlite') return new Ingester(database.file, { endedThrough });
  if (gateway === null) throw new Error("a writer on Postgres is a gateway's");
  return new PostgresIngester({ url: database.url, journal: gateway.journal, gateway, endedThrough });
}
