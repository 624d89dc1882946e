import { oc } from '@orpc/contract';
import { z } from 'zod';
import './issue-texts.ts';
import type { CallMeta } from './roles.ts';
import { isTimeZone } from './wall-clock.ts';

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

/** An IANA time zone, as "Europe/Berlin". */
export const timeZone = z.string().max(60).refine(isTimeZone, 'is not a time zone that is known');

/** Ids that narrow what is seen: an empty list narrows nothing, two lists are both in force. */
export const restrictions = z.object({
  businessUnits: z.array(id),
  locations: z.array(id),
  userGroups: z.array(id),
});
export type Restrictions = z.infer<typeof restrictions>;
export const unrestricted: Restrictions = { businessUnits: [], locations: [], userGroups: [] };

/** How many requests had each outcome. */
export const outcomes = z.object({
  admitted: z.int(),
  clientError: z.int(),
  denied: z.int(),
  limited: z.int(),
  serverError: z.int(),
});

export const fault = z.object({
  code: z.string(),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
});

/**
 * What every procedure begins as: a refusal is typed, its `data` the fault's code and data (base/faults.ts); DENIED is
 * one of who asks. None begins without a word on who may call it, so these are the only starts there are.
 */
const call = oc.$meta<CallMeta>({}).errors({
  FAULT: { status: 422, data: fault },
  DENIED: { status: 403, data: fault },
});
/** A call that changes nothing and sends nothing. */
export const reads = call.meta({ needs: 'reads' });
export const changes = call.meta({ needs: 'changes' });
/** A call for owners who have just given their password. */
export const owns = call.meta({ needs: 'owner', stepUp: true });
/** A call for owners that takes away: a password must not stand in its way. */
export const ownerRevokes = call.meta({ needs: 'owner' });
