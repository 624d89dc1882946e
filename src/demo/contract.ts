import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { changes, reads } from '../base/shapes.ts';

export const demo = {
  /** Is the instance empty, so that the demo organisation can be offered? */
  offered: reads.output(z.boolean()),
  /** Makes the demo organisation; refused with `demo.not_empty` where there are users already. */
  create: changes.output(z.object({ tokens: z.int(), employees: z.int(), shifts: z.int() })),
  /** Sends real HTTP requests through the running gateway with the demo tokens; yields progress. */
  traffic: changes
    .input(z.object({ requests: z.int().min(1).max(100_000).default(500) }))
    .output(eventIterator(z.object({ sent: z.int(), of: z.int() }))),
};
