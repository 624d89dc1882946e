import { implement } from '@orpc/server';
import type { Kysely } from 'kysely';
import type { Clock } from '../base/clock.ts';
import { Fault } from '../base/faults.ts';
import type { InstancePlace } from '../db/place.ts';
import { runningGateways } from '../db/running-gateways.ts';
import type { Schema } from '../db/schema.ts';
import { answerFaults, asRefusal, type CallContext } from '../features/answer-faults.ts';
import type { AuditLog } from '../features/audit/audit-log.ts';
import type { InstanceKeys } from '../features/tokens/key-ring.ts';
import { demo } from './contract.ts';
import { createDemo, isEmpty } from './create.ts';
import { randomFrom } from './random.ts';
import { type Known, requestMaker } from './requests.ts';
import { addTemporarySecrets } from './temporary-secrets.ts';
import { sendTraffic } from './traffic.ts';

const os = implement(demo).$context<CallContext>().use(answerFaults);

export interface DemoDeps {
  readonly db: Kysely<Schema>;
  readonly place: InstancePlace;
  readonly keys: InstanceKeys;
  readonly clock: Clock;
  readonly audit: AuditLog;
  /** Of the traffic's sequence; left out: the time. */
  readonly seed?: number;
}

/** The demo organisation and its traffic. The traffic goes over HTTP, through the gateway's whole pipeline. */
export const createDemoService = (deps: DemoDeps) =>
  os.router({
    offered: os.offered.handler(() => isEmpty(deps.db)),
    create: os.create.handler(async ({ context }) => {
      const { tokens, employees, shifts } = await createDemo(deps, context.actor);
      return { tokens: tokens.length, employees, shifts };
    }),
    traffic: os.traffic.handler(async ({ input, context, signal }) => {
      const origin = await gatewayOrigin(deps);
      const now = deps.clock.now();
      const rows = await knownRows(deps.db);
      const temporary = await deps.audit.change(context.actor, async (tx, record) => {
        const subject = { kind: 'demo', id: '', name: '' };
        record({ action: 'demo.traffic', subject, before: null, after: { requests: input.requests } });
        return addTemporarySecrets(tx, deps.keys, now);
      });
      const known = { ...rows, secrets: temporary.secrets, now };
      const next = requestMaker(randomFrom(deps.seed ?? now), known);
      const traffic = sendTraffic({ origin, of: input.requests, next, clock: deps.clock, signal });
      return (async function* () {
        try {
          yield* traffic;
        } catch (thrown) {
          throw asRefusal(thrown);
        } finally {
          await temporary.remove(deps.db, deps.clock.now());
        }
      })();
    }),
  });

/** Where a gateway of the instance listens, as this computer reaches it. A secret must not go to who listens there now. */
async function gatewayOrigin({ db, place, clock }: DemoDeps): Promise<string> {
  const running = await runningGateways(db, place, clock.now());
  const origin = running.map((gateway) => gateway.origin).find((known) => known !== null);
  if (origin === undefined) throw new Fault('gateway.stopped');
  return origin;
}

async function knownRows(db: DemoDeps['db']): Promise<Omit<Known, 'secrets' | 'now'>> {
  const employees = await db
    .selectFrom('employee')
    .select(['id', 'business_unit_id as businessUnitId', 'location_id as locationId'])
    .orderBy('id')
    .limit(500)
    .execute();
  const shifts = await db
    .selectFrom('shift')
    .select(['id', 'location_id as locationId'])
    .orderBy('id')
    .limit(500)
    .execute();
  const [restriction] = await db
    .selectFrom('token_restriction')
    .innerJoin('token', 'token.id', 'token_restriction.token_id')
    .select('place_id')
    .where('token_restriction.kind', '=', 'location')
    .orderBy('token.created_at')
    .limit(1)
    .execute();
  if (restriction === undefined || employees.length === 0 || shifts.length === 0)
    throw new Fault('demo.missing');
  return { employees, shifts, selfServiceLocation: restriction.place_id };
}
