import { createHash, randomBytes } from 'node:crypto';

/** What kind of credential it is can be seen, by people and by secret scanners; 256 random bits follow. */
const PREFIX = { access: 'gha_', refresh: 'ghr_' } as const;

export type CredentialKind = keyof typeof PREFIX;

export const makeCredential = (kind: CredentialKind): string =>
  PREFIX[kind] + randomBytes(32).toString('base64url');

/** What is kept of one. So many random bits cannot be guessed, so a quick hash without a key does. */
export const hashCredential = (credential: string): string =>
  createHash('sha256').update(credential).digest('base64url');
