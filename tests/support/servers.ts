import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of a Postgres server that all test files share; each makes databases of its own there. */
    postgres: string;
    /** Of a Redis server that all test files share; each takes a prefix of its own there. */
    redis: string;
  }
}

/** Starts the servers that tests run against, once for all of them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  project.provide('postgres', postgres.url);
  project.provide('redis', redis.url);
  return async () => {
    await Promise.all([postgres.stop(), redis.stop()]);
  };
}
