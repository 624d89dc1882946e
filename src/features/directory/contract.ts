import { z } from 'zod';
import { access, call, id, name, placeKind, restrictions } from '../../base/shapes.ts';

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
    list: call.output(z.array(place)),
    add: call.input(z.object({ kind: placeKind, name })).output(place),
    rename: call.input(z.object({ kind: placeKind, id, name })).output(place),
    /** Refused with `in.use` while an employee, a user or a token refers to it. */
    remove: call.input(z.object({ kind: placeKind, id })).output(z.void()),
  },
  users: {
    list: call.output(z.array(user)),
    add: call.input(newUser).output(user),
    /** What is left out stays as it is. */
    update: call.input(userFields.partial().extend({ id })).output(user),
    /** A deactivated user's tokens are dead from the moment this returns. */
    setActive: call.input(z.object({ id, active: z.boolean() })).output(user),
  },
};
