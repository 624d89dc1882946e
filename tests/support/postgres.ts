import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** A real Postgres server of the tests' own, on a free port of loopback. */
export interface PostgresServer {
  /** Of the database that is always there; its user may make others. */
  readonly url: string;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

const DEBIAN = '/usr/lib/postgresql';

/** Where Postgres's own programs are; null where it is not installed. */
export function postgresPrograms(): string | null {
  const debian = existsSync(DEBIAN)
    ? readdirSync(DEBIAN)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join(DEBIAN, version, 'bin'))
    : [];
  const folders = [...debian, ...(process.env.PATH ?? '').split(delimiter)];
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null;
}

/** Starts one over an empty folder, which `stop` removes. Postgres refuses to run as root, so root runs it as another. */
export async function startPostgres(port?: number): Promise<PostgresServer> {
  const programs = postgresPrograms();
  if (programs === null) throw new Error('Postgres is not installed: npm run test:setup');
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-postgres-'));
  const as = process.getuid?.() === 0 ? userNamed('postgres') : {};
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid ?? as.uid);
  const data = join(folder, 'data');
  execFileSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'gatehouse', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...as, stdio: 'pipe', cwd: folder },
  );
  const listening = port ?? (await freePort());
  const server = spawn(
    join(programs, 'postgres'),
    // Nothing here outlives the machine, so the disk is not waited for.
    ['-D', data, '-p', String(listening), '-k', folder, '-c', 'fsync=off', '-c', 'max_connections=300'],
    { ...as, stdio: ['ignore', 'ignore', 'pipe'], cwd: folder },
  );
  let said = '';
  server.stderr.on('data', (piece) => {
    said = `${said}${piece}`.slice(-4_000);
  });
  const ended = once(server, 'exit');
  const url = `postgres://gatehouse@127.0.0.1:${listening}/postgres`;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      break;
    } catch (thrown) {
      if (server.exitCode !== null) throw new Error(`Postgres did not start: ${said}`, { cause: thrown });
      await sleep(50);
    }
  }
  return {
    url,
    process: server,
    async stop() {
      // Fast shutdown: connections are ended.
      server.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

let made = 0;

/**
 * Makes an empty database on the server of `url`, and gives its URL. It orders text as English does, so that what is
 * promised by its bytes is seen not to depend on that.
 */
export async function makeDatabase(url: string): Promise<string> {
  const name = `t_${process.pid}_${Date.now().toString(36)}_${made++}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'`);
  } finally {
    await client.end();
  }
  const own = new URL(url);
  own.pathname = `/${name}`;
  return own.href;
}

function userNamed(name: string): { uid?: number; gid?: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
