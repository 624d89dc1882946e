import { implement } from '@orpc/server';
import { answerFaults, type CallContext } from '../answer-faults.ts';
import type { AuditLog } from './audit-log.ts';
import { doorNotes } from './door-notes.contract.ts';

const os = implement(doorNotes).$context<CallContext>().use(answerFaults);

/** Records what is no change of the database, for who need not know where it stands. */
export type Note = (...noted: Parameters<AuditLog['note']>) => Promise<void>;

export const createDoorNotes = (audit: AuditLog) =>
  os.router({
    note: os.note.handler(async ({ input: { actor, action, subject, before, after } }) => {
      await audit.note(actor, { action, subject, before, after });
    }),
  });
