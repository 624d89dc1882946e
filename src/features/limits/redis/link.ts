import { Redis } from 'ioredis';
import { SECOND } from '../../../base/clock.ts';
import { luaAsk } from './lua-ask.ts';
import { luaHold, luaLoad, luaPublish, luaReset, luaStandings, luaTick } from './lua-other.ts';
import { LATE } from './lua-state.ts';

/** Milliseconds; who is slower is taken to be away. */
export interface RedisPatience {
  readonly connect: number;
  readonly command: number;
}
const PATIENCE: RedisPatience = { connect: 500, command: 500 };

/** How long it takes until a server that is back is found, at most. */
const RETRY_EVERY = SECOND;

const SCRIPTS = {
  gatehouseAsk: luaAsk,
  gatehouseStandings: luaStandings,
  gatehouseLoad: luaLoad,
  gatehouseReset: luaReset,
  gatehouseTick: luaTick,
  gatehousePublish: luaPublish,
  gatehouseHold: luaHold,
} as const;
export type RedisScript = keyof typeof SCRIPTS;

/** A script's argument of variable number: how many keys there are comes first. */
type RunScript = (keys: number, ...args: (string | number)[]) => Promise<unknown>;

export interface RedisLink {
  readonly client: Redis;
  /** Begins to connect. */
  open(): void;
  /** Runs a script; rejects soon where the server is away. */
  run(script: RedisScript, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  close(): void;
}

/**
 * A connection to a Redis or Valkey server that is kept, or made anew, for ever. Nothing waits for a server that is
 * away, and nothing is sent twice. It is made once it is opened.
 * @param on.ready a connection is there: to the process with this id, a new one after each start
 * @param on.away it is gone, or could not be made
 */
export function openRedisLink(
  url: string,
  on: { ready(runId: string): void; away(cause: Error): void },
  patience: RedisPatience = PATIENCE,
): RedisLink {
  const client = new Redis(url, {
    protocol: 2,
    connectTimeout: patience.connect,
    // Of the handshake; who asks the limits waits by `answeredWithin`.
    commandTimeout: patience.command + SECOND,
    // One that is stopped does not say goodbye either.
    disconnectTimeout: patience.command,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(times * 50, RETRY_EVERY),
    // A former primary: its name may lead to the new one.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    connectionName: 'gatehouse',
    disableClientInfo: true,
    lazyConnect: true,
  });
  for (const [name, lua] of Object.entries(SCRIPTS)) client.defineCommand(name, { lua });
  const scripts = client as unknown as Record<RedisScript, RunScript>;

  let cause = new Error('the connection was closed');
  client.on('error', (error: Error) => {
    cause = error;
  });
  /** Counts them: what was asked of one says nothing of the next. */
  let connection = 0;
  client.on('close', () => {
    connection++;
    on.away(cause);
  });
  /** Makes a new connection in place of this one. */
  const giveUp = (why: Error): void => {
    cause = why;
    on.away(why);
    client.disconnect(true);
  };
  const greet = async (): Promise<void> => {
    const greeted = connection;
    try {
      const runId = await readRunId(client);
      if (greeted === connection) on.ready(runId);
    } catch (thrown) {
      if (greeted === connection) giveUp(thrown as Error);
    }
  };
  client.on('ready', () => void greet());
  return {
    client,
    // Tried again for ever, which `away` hears of.
    open: () => void client.connect().catch(() => undefined),
    async run(script, keys, args) {
      const answer = scripts[script](keys.length, ...keys, ...args);
      try {
        return await answeredWithin(answer, patience.command);
      } catch (thrown) {
        // One that is stopped, or cut off, takes connections and says nothing.
        if (thrown instanceof TooSlow) giveUp(thrown);
        throw thrown;
      }
    },
    close: () => client.disconnect(),
  };
}

class TooSlow extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
  }
}

/** Waits so long, and for what has arrived by then: where this process was busy itself, answers are there unread. */
async function answeredWithin<T>(answer: Promise<T>, ms: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => setImmediate(() => reject(new TooSlow(ms))), ms);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Refuses a server that may throw counters away, as limits would be free then. */
async function readRunId(client: Redis): Promise<string> {
  const server = fieldsOf(await client.info('server'));
  const memory = fieldsOf(await client.info('memory'));
  const runId = server.get('run_id') ?? '';
  if (runId === '') throw new Error('the server does not tell its run_id (INFO server)');
  const policy = memory.get('maxmemory_policy') ?? 'noeviction';
  if (policy !== 'noeviction' && Number(memory.get('maxmemory') ?? 0) > 0)
    throw new Error(`maxmemory-policy must be noeviction, it is ${policy}: counters would be lost`);
  return runId;
}

const fieldsOf = (info: string): Map<string, string> =>
  new Map(
    info.split('\r\n').flatMap((line) => {
      const at = line.indexOf(':');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );

/** Whether a script refused as its time is later than it was told that it can be. */
export const isLate = (cause: unknown): boolean => cause instanceof Error && cause.message.startsWith(LATE);
