import { join, resolve } from 'node:path';

/** Where an instance's database is. */
export type DatabaseAddress =
  | { readonly engine: 'sqlite'; readonly file: string }
  | { readonly engine: 'postgres'; readonly url: string };

/**
 * Where an instance is, and where on this machine that lies which is not in its database. A value that threads can be
 * started with.
 */
export interface InstancePlace {
  readonly database: DatabaseAddress;
  /** How people know it: the file's absolute path, or the database's URL without the password. */
  readonly name: string;
  /** The file of the instance's keys; null: this process has none, unless the environment has. */
  readonly keyFile: string | null;
  /** The keys themselves, as a key file has them, where the process that opens it has them in memory alone. */
  readonly keyText?: string;
  /** The end of the audit log as this machine knows it, beside the key; null: without a key there is none. */
  readonly auditHead: string | null;
  /** The folder of this gateway's request journal; null: no gateway runs from here. */
  readonly journal: string | null;
  /** A gateway holds this file's lock while it runs; null: none runs from here. */
  readonly lock: string | null;
}

/** The place of an instance in an SQLite file: everything lies beside it. */
export interface FilePlace extends InstancePlace {
  readonly database: Extract<DatabaseAddress, { engine: 'sqlite' }>;
  readonly keyFile: string;
  readonly auditHead: string;
  readonly journal: string;
  readonly lock: string;
}

export function placeOfFile(path: string): FilePlace {
  const file = resolve(path);
  return {
    database: { engine: 'sqlite', file },
    name: file,
    keyFile: `${file}.key`,
    auditHead: `${file}.audit`,
    journal: `${file}.journal`,
    lock: `${file}.lock`,
  };
}

/** The file of an instance that is in one. What asks has no meaning on Postgres, and its doors refuse that first. */
export function fileOf({ database, name }: Pick<InstancePlace, 'database' | 'name'>): string {
  if (database.engine !== 'sqlite') throw new Error(`${name} is not a file`);
  return database.file;
}

/**
 * An instance in a Postgres database.
 * @param options.keyFile where this machine has the instance's keys
 * @param options.keyText the keys themselves, where they are in no file of this machine
 * @param options.dataDir the folder of the gateway that runs from here: its journal, its lock and its id
 */
export function placeOfPostgres(options: {
  readonly url: string;
  readonly keyFile?: string | undefined;
  readonly keyText?: string | undefined;
  readonly dataDir?: string | undefined;
}): InstancePlace {
  const keyFile = options.keyFile === undefined ? null : resolve(options.keyFile);
  const dataDir = options.dataDir === undefined ? null : resolve(options.dataDir);
  return {
    database: { engine: 'postgres', url: options.url },
    name: withoutPassword(options.url),
    keyFile,
    ...(options.keyText === undefined ? {} : { keyText: options.keyText }),
    auditHead: keyFile === null ? null : `${keyFile}.audit`,
    journal: dataDir === null ? null : join(dataDir, 'journal'),
    lock: dataDir === null ? null : join(dataDir, 'lock'),
  };
}

/** Is this, given where a file may be given as well, the URL of a Postgres database? */
export const isPostgresUrl = (text: string): boolean => /^postgres(ql)?:\/\//i.test(text);

/** A database's URL as it may be shown and logged: without what a password may stand in. */
export function withoutPassword(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return 'postgres://(not a valid URL)';
  parsed.password = '';
  for (const name of ['password', 'sslpassword']) parsed.searchParams.delete(name);
  return parsed.href;
}
