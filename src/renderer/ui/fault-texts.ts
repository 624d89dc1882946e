import { ORPCError } from '@orpc/client';
import { FAULTS, type FaultCode, type FaultData, faultText } from '../../base/faults.ts';
import { SERVER_LOST } from '../../base/server-troubles.ts';
import { NotChanged } from '../protection.ts';

/** A failure in the three parts that an admin needs. */
export interface Explained {
  /** What happened. */
  title: string;
  /** What it means. */
  meaning: string;
  /** What to do. */
  remedy: string;
}

type Words = { title: string; remedy: string };

const words: Partial<Record<FaultCode, Words>> = {
  'input.invalid': { title: 'That value is not accepted', remedy: 'Correct the field and try again.' },
  'id.unknown': {
    title: 'It is no longer there',
    remedy: 'Someone may have removed it meanwhile. Reload the list and pick again.',
  },
  'name.unknown': { title: 'No such name', remedy: 'Check the spelling, or pick it from the list.' },
  'name.taken': {
    title: 'That name is taken',
    remedy: 'Choose another name, so that lists and logs stay clear.',
  },
  'in.use': { title: 'It is still in use', remedy: 'Remove those references first, then remove it here.' },
  'role.denied': {
    title: 'Your role does not allow that',
    remedy: 'Ask an owner to do it, or to give you another role.',
  },
  'step_up.needed': {
    title: 'Your password is needed again',
    remedy: 'Give it, and repeat the change.',
  },
  'admin.last_owner': {
    title: 'Somebody has to be owner',
    remedy: 'Add another owner, or make another admin one, then repeat it.',
  },
  'token.revoked': { title: 'This token is revoked', remedy: 'Generate a new token for the integration.' },
  'token.expired': {
    title: 'This token has expired',
    remedy: 'Edit the token and give it a later expiry, then rotate it.',
  },
  'rotation.running': {
    title: 'An earlier overlap still runs',
    remedy: 'End it in the token’s details, or rotate with no overlap, which makes every old secret void.',
  },
  'rotation.none': {
    title: 'There is no overlap to end',
    remedy: 'It ended by itself, or someone ended it meanwhile. Nothing is left to do.',
  },
  'key.current': { title: 'This key is in use', remedy: 'Replace the key first, then retire the old one.' },
  'key.in_use': {
    title: 'Live secrets hang on this key',
    remedy: 'Wait until their programs have called, or rotate those tokens.',
  },
  'key.environment': {
    title: 'The keys are in the environment',
    remedy: 'Change the variable where this process is started.',
  },
  'key.elsewhere': {
    title: 'The keys here are a copy',
    remedy: 'Change them where the key file is, then edit this connection and give the new ones.',
  },
  'key.many': { title: 'There are too many keys', remedy: 'Retire the old keys that nothing hangs on.' },
  'user.deactivated': {
    title: 'The associated user is deactivated',
    remedy: 'Activate the user in Settings, or choose another one.',
  },
  'expiry.past': { title: 'The expiry is in the past', remedy: 'Choose a later moment.' },
  'expiry.cap': { title: 'The expiry is too far away', remedy: 'Choose an earlier date.' },
  'range.invalid': {
    title: 'That is not an address or range',
    remedy: 'Write it like 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32.',
  },
  'endpoint.unknown': { title: 'No such endpoint', remedy: 'Pick endpoints from the catalogue.' },
  'openapi.invalid': {
    title: 'That is not a catalogue',
    remedy: 'Correct the document at that place; it must be OpenAPI 3.0 or 3.1, as JSON or YAML.',
  },
  'filter.invalid': { title: 'The filter is not valid', remedy: 'Clear the filter or correct it.' },
  'trial.none': {
    title: 'No limit is on trial there',
    remedy: 'Set one on trial first; it may have been adopted or ended meanwhile.',
  },
  'gateway.busy': {
    title: 'A gateway already runs on this instance',
    remedy: 'Use that gateway, or stop it in the process that started it.',
  },
  'gateway.remote': {
    title: 'The gateway belongs to another process',
    remedy: 'Stop it where it was started; this console only shows it.',
  },
  'gateway.port': {
    title: 'The gateway could not listen there',
    remedy: 'Choose another port, or 0 for a free one, in Settings → Gateway.',
  },
  'key.absent': {
    title: 'This needs the key of the instance',
    remedy: 'Do it where the key is, or give this connection the key in Settings → Connections.',
  },
  'database.unavailable': {
    title: 'The database cannot be reached',
    remedy: 'See that it runs and that this machine may connect, then try again.',
  },
  'database.denied': {
    title: 'The database refused',
    remedy: 'Check the user and the password, and what that user may do there.',
  },
  'key.missing': {
    title: 'The instance key is missing',
    remedy: 'Put the key file back from your backup and reopen the instance.',
  },
  'key.invalid': {
    title: 'The instance key does not fit',
    remedy:
      'Restore the key file from your backup; a connection to a database is given its key in Settings → Connections.',
  },
  'file.denied': {
    title: 'The file cannot be used',
    remedy: 'Check who may read and write it and its folder.',
  },
  'file.invalid': { title: 'The instance cannot be opened', remedy: 'Check the file, or restore a backup.' },
  'database.invalid': {
    title: 'The database cannot be used',
    remedy: 'Check the name of the database, and that this version of Gatehouse is not too old for it.',
  },
  'database.old': {
    title: 'The database is of an older version',
    remedy:
      'Ask who runs its gateways to bring it up to date, or use the version of Gatehouse that they have.',
  },
  'database.new': {
    title: 'There is no instance in this database yet',
    remedy: 'Make its first owner on the command line: gatehouse admin add.',
  },
  'sign_in.refused': {
    title: 'Not signed in',
    remedy: 'Check the name and the password. An owner can set a new password.',
  },
  'sign_in.throttled': { title: 'Too many wrong passwords', remedy: 'Wait that long, then try again.' },
  'server.unreachable': {
    title: 'The server cannot be reached',
    remedy: 'Check the address and the network, and whether the server runs.',
  },
  'certificate.changed': {
    title: 'The key of the server has changed',
    remedy: 'Ask the owner of the server before you trust the new key.',
  },
  'connection.same': {
    title: 'There is a connection to that already',
    remedy: 'Use that one, or choose another place.',
  },
  'connection.current': {
    title: 'This connection is in use',
    remedy: 'Switch to another one, and stop the gateway that this app runs for it.',
  },
  'connection.given': {
    title: 'This connection is for this run only',
    remedy: 'Add it as a connection of its own to keep it.',
  },
  'demo.not_empty': {
    title: 'This instance is not empty',
    remedy: 'Open a new instance file to try the demo organisation.',
  },
};

const isFaultCode = (code: string): code is FaultCode => Object.hasOwn(FAULTS, code);

interface FaultBody {
  code: string;
  data: FaultData;
}

/** The fault behind an error of the admin API, if the call was refused rather than failed. */
export function faultOf(error: unknown): { code: FaultCode; data: FaultData } | null {
  if (!(error instanceof ORPCError) || !['FAULT', 'DENIED'].includes(error.code)) return null;
  const body = error.data as FaultBody | undefined;
  if (body === undefined || !isFaultCode(body.code)) return null;
  return { code: body.code, data: body.data };
}

/** The field-level complaints of a call whose input did not fit the contract. */
function inputIssues(error: ORPCError<string, unknown>): string | null {
  const issues = (error.data as { issues?: { message: string; path?: unknown[] }[] } | undefined)?.issues;
  if (issues === undefined || issues.length === 0) return null;
  return issues
    .map(({ message, path }) =>
      path !== undefined && path.length > 0 ? `${path.join('.')}: ${message}` : message,
    )
    .join('; ');
}

/** The complaint about one field of a call whose input did not fit the contract; null where it has none. */
export function fieldIssue(error: unknown, field: string): string | null {
  if (!(error instanceof ORPCError)) return null;
  const issues = (error.data as { issues?: { message: string; path?: unknown[] }[] } | undefined)?.issues;
  return issues?.find(({ path }) => path?.[0] === field)?.message ?? null;
}

/** Puts any error into words; `doing` says what was attempted, as "revoke the token". */
export function explain(error: unknown, doing: string): Explained {
  const fault = faultOf(error);
  if (fault !== null) {
    const { title, remedy } = words[fault.code] ?? { title: `Could not ${doing}`, remedy: 'Try again.' };
    return { title, meaning: faultText(fault.code, fault.data), remedy };
  }
  if (error instanceof NotChanged)
    return {
      title: 'Nothing was changed',
      meaning: 'The connection is protected, and you left it as it is.',
      remedy: 'Do it again and confirm it, if you meant to.',
    };
  if (error instanceof ORPCError) {
    if (error.code === SERVER_LOST)
      return {
        title: `Could not ${doing}`,
        meaning: error.message,
        remedy: 'It is tried again by itself. Check the network, and whether the server runs.',
      };
    if (error.status === 401) {
      return {
        title: 'The session has ended',
        meaning: 'The server no longer accepts this tab’s sign-in.',
        remedy: 'Sign in again.',
      };
    }
    if (error.code === 'BAD_REQUEST') {
      return {
        title: `Could not ${doing}`,
        meaning: inputIssues(error) ?? error.message,
        remedy: 'Correct the values and try again.',
      };
    }
    return {
      title: `Could not ${doing}`,
      meaning: 'The instance answered with an internal error; nothing was changed by this call.',
      remedy: `Try again. If it stays, look at the output of the process (${error.code}).`,
    };
  }
  return {
    title: `Could not ${doing}`,
    meaning: 'The instance did not answer: it may have been stopped or restarted.',
    remedy: 'Check that Gatehouse is still running, then try again.',
  };
}
