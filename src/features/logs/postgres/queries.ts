import type { QueryResult, QueryResultRow } from 'pg';

/** What asks Postgres. A client and a pool can be asked so. */
export interface Queries {
  query<Row extends QueryResultRow>(
    text: string,
    values?: unknown[],
  ): Promise<Pick<QueryResult<Row>, 'rows'>>;
}
