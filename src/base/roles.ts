/** What an admin may be, the most powerful first. */
export const ROLES = ['owner', 'admin', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/**
 * What a call of the admin API asks of who makes it: every role `reads`; owners and admins make `changes`; what decides
 * who may do what, or would void every token, is the `owner`'s.
 */
export type Need = 'reads' | 'changes' | 'owner';

/** What a call's contract declares. One that declares nothing is refused to everybody. */
export interface CallMeta {
  readonly needs?: Need;
  /** Only for who has given their password within the last minutes. Never set for what revokes or switches off. */
  readonly stepUp?: boolean;
}

const MET: Readonly<Record<Role, readonly Need[]>> = {
  owner: ['reads', 'changes', 'owner'],
  admin: ['reads', 'changes'],
  auditor: ['reads'],
};

export const meets = (role: Role, need: Need | undefined): boolean =>
  need !== undefined && MET[role].includes(need);
