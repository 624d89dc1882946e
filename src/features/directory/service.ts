import { implement } from '@orpc/server';
import type { Kysely } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import { inTransaction } from '../../db/open.ts';
import { policyChanged } from '../../db/policy-change.ts';
import type { Schema } from '../../db/schema.ts';
import { answerFaults, type CallContext } from '../answer-faults.ts';
import { directory } from './contract.ts';
import { addPlace, checkRestrictions, listPlaces, removePlace, renamePlace } from './places.ts';
import { insertUser, listUsers, putRestrictions, requireUser, updateUser } from './store.ts';

const os = implement(directory).$context<CallContext>().use(answerFaults);

/** Users, and the business units, locations and user groups that rights are narrowed to. */
export const createDirectoryService = ({ db, clock }: { db: Kysely<Schema>; clock: Clock }) =>
  os.router({
    places: {
      list: os.places.list.handler(() => listPlaces(db)),
      add: os.places.add.handler(({ input }) =>
        inTransaction(db, (tx) => addPlace(tx, { id: newId(clock.now()), ...input })),
      ),
      rename: os.places.rename.handler(({ input }) => inTransaction(db, (tx) => renamePlace(tx, input))),
      remove: os.places.remove.handler(({ input }) =>
        inTransaction(db, (tx) => removePlace(tx, input.kind, input.id)),
      ),
    },
    users: {
      list: os.users.list.handler(() => listUsers(db)),
      add: os.users.add.handler(({ input }) =>
        inTransaction(db, async (tx) => {
          const now = clock.now();
          const id = newId(now);
          const restrictions = await checkRestrictions(tx, input.restrictions);
          await insertUser(tx, { ...input, id, restrictions, createdAt: now });
          await policyChanged(tx, 'user', id, now);
          return requireUser(tx, id);
        }),
      ),
      update: os.users.update.handler(({ input }) =>
        inTransaction(db, async (tx) => {
          await requireUser(tx, input.id);
          const { name, access } = input;
          await updateUser(tx, input.id, { ...(name && { name }), ...(access && { access }) });
          if (input.restrictions)
            await putRestrictions(tx, input.id, await checkRestrictions(tx, input.restrictions));
          await policyChanged(tx, 'user', input.id, clock.now());
          return requireUser(tx, input.id);
        }),
      ),
      setActive: os.users.setActive.handler(({ input }) =>
        inTransaction(db, async (tx) => {
          const user = await requireUser(tx, input.id);
          if (user.active === input.active) return user;
          await updateUser(tx, input.id, { active: input.active ? 1 : 0 });
          await policyChanged(tx, 'user', input.id, clock.now());
          return requireUser(tx, input.id);
        }),
      ),
    },
  });
