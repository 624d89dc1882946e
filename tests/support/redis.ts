import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { freePort } from './postgres.ts';

/** A real Redis (or Valkey) server of the tests' own, in memory alone. */
export interface RedisServer {
  readonly url: string;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

export async function startRedis(port?: number): Promise<RedisServer> {
  const program = ['valkey-server', 'redis-server'].find(
    (name) => spawnSync(name, ['--version']).status === 0,
  );
  if (program === undefined) throw new Error('Redis is not installed: npm run test:setup');
  const listening = port ?? (await freePort());
  const server = spawn(
    program,
    ['--port', String(listening), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    { stdio: 'ignore' },
  );
  const ended = once(server, 'exit');
  const url = `redis://127.0.0.1:${listening}`;
  const client = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  // Until it listens.
  client.on('error', () => undefined);
  await client.ping();
  client.disconnect();
  return {
    url,
    process: server,
    async stop() {
      server.kill('SIGTERM');
      await ended;
    },
  };
}
