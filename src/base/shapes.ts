import { oc } from '@orpc/contract';
import { z } from 'zod';
import './issue-texts.ts';

/** Shapes that more than one contract speaks of. */
export const id = z.uuid();
export const name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u, 'must have no control characters');
export const access = z.enum(['read', 'write']);
export const placeKind = z.enum(['businessUnit', 'location', 'userGroup']);

/** Ids that narrow what is seen: an empty list narrows nothing, two lists are both in force. */
export const restrictions = z.object({
  businessUnits: z.array(id),
  locations: z.array(id),
  userGroups: z.array(id),
});
export type Restrictions = z.infer<typeof restrictions>;
export const unrestricted: Restrictions = { businessUnits: [], locations: [], userGroups: [] };

/** The start of every procedure: a refusal is typed, its `data` the fault's code and data (base/faults.ts). */
export const call = oc.errors({
  FAULT: {
    status: 422,
    data: z.object({
      code: z.string(),
      data: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
    }),
  },
});
