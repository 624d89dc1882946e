import { POSTGRES_PORT } from '../../base/database-url.ts';

interface Place {
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

/** Where a database is, as people say it: the port only where it is not the usual one. */
export function databaseName({ host, port, database }: Place): string {
  const at = host.includes(':') ? `[${host}]` : host;
  return `${at}${port === POSTGRES_PORT ? '' : `:${port}`}/${database}`;
}
