import { z } from 'zod';
import { access, changes, id, name, placeKind, reads, restrictions } from '../../base/shapes.ts';

export const place = z.object({ id, name: z.string(), kind: placeKind });
export type Place = z.infer<typeof place>;

export const user = z.object({
  id,
  email: z.string(),
  name: z.string(),
  access,
  active: z.boolean(),
  restrictions,
  createdAt: z.date(),
  tokens: z.int(),
});
export type User = z.infer<typeof user>;

const userFields = z.object({ name, access, restrictions });
const newUser = userFields.extend({
  email: z.email().max(254),
  access: access.default('write'),
  restrictions: restrictions.default({ businessUnits: [], locations: [], userGroups: [] }),
});

export const directory = {
  places: {
    /** Business units, locations and user groups, each kind by name. */
    list: reads.output(z.array(place)),
    add: changes.input(z.object({ kind: placeKind, name })).output(place),
    rename: changes.input(z.object({ kind: placeKind, id, name })).output(place),
    /** Refused with `in.use` while an employee, a user or a token refers to it. */
    remove: changes.input(z.object({ kind: placeKind, id })).output(z.void()),
  },
  users: {
    list: reads.output(z.array(user)),
    add: changes.input(newUser).output(user),
    /** What is left out stays as it is. */
    update: changes.input(userFields.partial().extend({ id })).output(user),
    /** A deactivated user's tokens are dead from the moment this returns. */
    setActive: changes.input(z.object({ id, active: z.boolean() })).output(user),
  },
};
