import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { SECOND } from '../base/clock.ts';
import { clientConfig } from '../db/postgres.ts';
import { readLater } from '../db/reads.ts';
import { readPolicyChanges } from './policy-changes.ts';
import { createFollower } from './policy-follower.ts';
import type { PolicyKeeper, PolicyKeeperOptions } from './policy-keeper.ts';
import { readPolicyVersion } from './policy-rows.ts';

/** What a trigger on `policy_change` notifies when a change is committed. */
const CHANNEL = 'gatehouse_policy';
/** Whether the policy is current is asked this often, in milliseconds, also where no notice came: one can be lost. */
const ASK_EVERY = 500;
/** A question that has no answer after so many milliseconds is as one that failed. */
const ANSWER_WITHIN = 2 * SECOND;
/** Whoever changed something waits no longer than this for it to be in force here; it will be. */
const CAUGHT_UP_WITHIN = SECOND;
/** All of a large policy takes longer to read. */
const READ_WITHIN = 60 * SECOND;
/** How long it is waited before the next connection is tried, at most. */
const LONGEST_PAUSE = 2 * SECOND;

export interface PostgresPolicyKeeper extends PolicyKeeper {
  close(): Promise<void>;
}

/**
 * Compiles the policy and follows it over a connection of its own, which waits for notices of changes. Where the
 * database is away, `age` grows, and it is asked again for as long as that lasts; nothing ever waits for it.
 * @throws where the policy cannot be read at the start
 */
export async function keepPolicyOnPostgres(
  url: string,
  options: PolicyKeeperOptions,
): Promise<PostgresPolicyKeeper> {
  const { clock, onFailure } = options;
  const follower = createFollower(options);
  let client: pg.Client | null = null;
  let confirmedAt = clock.monotonic();
  let closing = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  /** Whether a notice came while the database was being asked. */
  let noticed = false;
  let asking: Promise<void> | null = null;

  async function connect(): Promise<pg.Client> {
    const made = new pg.Client({ ...clientConfig(url), query_timeout: ANSWER_WITHIN });
    // Of its loss the next question hears.
    made.on('error', () => lost(made));
    made.on('end', () => lost(made));
    made.on('notification', () => ask());
    try {
      await made.connect();
      await made.query(`LISTEN ${CHANNEL}`);
    } catch (thrown) {
      void made.end().catch(() => undefined);
      throw thrown;
    }
    return made;
  }

  function lost(which: pg.Client): void {
    if (client !== which) return;
    client = null;
    ask();
  }

  /** Asks now, or once more after the question that is under way. */
  function ask(): void {
    if (closing) return;
    if (asking !== null) {
      noticed = true;
      return;
    }
    clearTimeout(timer);
    noticed = false;
    asking = look()
      .then(
        () => {
          failures = 0;
        },
        (cause: unknown) => {
          failures += 1;
          // Once for each time that it is away.
          if (failures === 1 && !closing) onFailure(cause);
        },
      )
      .finally(() => {
        asking = null;
        if (closing) return;
        if (noticed && failures === 0) ask();
        else
          timer = setTimeout(ask, failures === 0 ? ASK_EVERY : Math.min(LONGEST_PAUSE, 100 * 2 ** failures));
      });
  }

  async function look(): Promise<void> {
    const sentAt = clock.monotonic();
    client ??= await connect();
    const on = client;
    try {
      if ((await readLater(on, readPolicyVersion())) !== follower.seen.version) {
        await on.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
        const changes = await readLater(on, readPolicyChanges(follower.seen), READ_WITHIN);
        await on.query('COMMIT');
        follower.apply(changes);
      }
    } catch (thrown) {
      // What is open on it is not known: a new one is simpler than to find out.
      if (client === on) client = null;
      void on.end().catch(() => undefined);
      throw thrown;
    }
    confirmedAt = sentAt;
  }

  async function askedAnew(): Promise<void> {
    // A question that is under way may have been sent too early.
    await asking;
    ask();
    await asking;
  }

  await look();
  timer = setTimeout(ask, ASK_EVERY);

  return {
    policy: follower.policy,
    refresh: () => undefined,
    age: () => clock.monotonic() - confirmedAt,
    caughtUp: () => Promise.race([askedAnew(), sleep(CAUGHT_UP_WITHIN, undefined, { ref: false })]),
    async close() {
      closing = true;
      clearTimeout(timer);
      const open = client;
      client = null;
      // An end that is not answered must not hold up who closes.
      void open?.end().catch(() => undefined);
      await asking;
    },
  };
}
