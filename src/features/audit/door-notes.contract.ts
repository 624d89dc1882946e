import { z } from 'zod';
import { changes } from '../../base/shapes.ts';
import { auditAction, auditSubject } from './contract.ts';

/**
 * What the doors of a process have recorded, by the thread with the services. No part of the admin API: who could
 * write an entry could write a false one.
 */
export const doorNotes = {
  note: changes
    .input(
      z.object({
        actor: z.string(),
        action: auditAction,
        subject: auditSubject,
        before: z.unknown(),
        after: z.unknown(),
      }),
    )
    .output(z.void()),
};
