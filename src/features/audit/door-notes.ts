import { implement } from '@orpc/server';
import { answerFaults, type CallContext } from '../answer-faults.ts';
import type { AuditLog } from './audit-log.ts';
import { doorNotes } from './door-notes.contract.ts';

const os = implement(doorNotes).$context<CallContext>().use(answerFaults);

export const createDoorNotes = (audit: AuditLog) =>
  os.router({
    note: os.note.handler(({ input: { actor, action, subject, before, after } }) =>
      audit.note(actor, { action, subject, before, after }),
    ),
  });
