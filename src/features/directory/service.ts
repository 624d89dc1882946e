import { implement } from '@orpc/server';
import type { Kysely } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import { policyChanged } from '../../db/policy-change.ts';
import type { Schema } from '../../db/schema.ts';
import { answerFaults, type CallContext } from '../answer-faults.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { recordedPlace, recordedUser } from './audited.ts';
import { directory } from './contract.ts';
import { addPlace, checkRestrictions, listPlaces, removePlace, renamePlace, requirePlace } from './places.ts';
import { insertUser, listUsers, putRestrictions, requireUser, updateUser } from './store.ts';

const os = implement(directory).$context<CallContext>().use(answerFaults);

interface Dependencies {
  db: Kysely<Schema>;
  clock: Clock;
  audit: AuditLog;
}

/** Users, and the business units, locations and user groups that rights are narrowed to. */
export const createDirectoryService = ({ db, clock, audit }: Dependencies) =>
  os.router({
    places: {
      list: os.places.list.handler(() => listPlaces(db)),
      add: os.places.add.handler(({ input, context }) =>
        audit.change(context.actor, async (tx, record) => {
          const place = await addPlace(tx, { id: newId(clock.now()), ...input });
          record(recordedPlace('place.add', null, place));
          return place;
        }),
      ),
      rename: os.places.rename.handler(({ input, context }) =>
        audit.change(context.actor, async (tx, record) => {
          const before = await requirePlace(tx, input.kind, input.id);
          const place = await renamePlace(tx, input);
          record(recordedPlace('place.rename', before, place));
          return place;
        }),
      ),
      remove: os.places.remove.handler(({ input, context }) =>
        audit.change(context.actor, async (tx, record) => {
          const before = await requirePlace(tx, input.kind, input.id);
          await removePlace(tx, input.kind, input.id);
          record(recordedPlace('place.remove', before, null));
        }),
      ),
    },
    users: {
      list: os.users.list.handler(() => listUsers(db)),
      add: os.users.add.handler(({ input, context }) =>
        audit.change(context.actor, async (tx, record) => {
          const now = clock.now();
          const id = newId(now);
          const restrictions = await checkRestrictions(tx, input.restrictions);
          await insertUser(tx, { ...input, id, restrictions, createdAt: now });
          await policyChanged(tx, 'user', id, now);
          const user = await requireUser(tx, id);
          record(recordedUser('user.add', null, user));
          return user;
        }),
      ),
      update: os.users.update.handler(({ input, context }) =>
        audit.change(context.actor, async (tx, record) => {
          const before = await requireUser(tx, input.id);
          const { name, access } = input;
          await updateUser(tx, input.id, { ...(name && { name }), ...(access && { access }) });
          if (input.restrictions)
            await putRestrictions(tx, input.id, await checkRestrictions(tx, input.restrictions));
          await policyChanged(tx, 'user', input.id, clock.now());
          const after = await requireUser(tx, input.id);
          record(recordedUser('user.update', before, after));
          return after;
        }),
      ),
      setActive: os.users.setActive.handler(({ input, context }) =>
        audit.change(context.actor, async (tx, record) => {
          const user = await requireUser(tx, input.id);
          if (user.active === input.active) return user;
          await updateUser(tx, input.id, { active: input.active ? 1 : 0 });
          await policyChanged(tx, 'user', input.id, clock.now());
          const after = await requireUser(tx, input.id);
          record(recordedUser('user.switch', user, after));
          return after;
        }),
      ),
    },
  });
