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

/** The least powerful role that meets each need. */
export const LEAST_ROLE: Readonly<Record<Need, Role>> = {
  reads: 'auditor',
  changes: 'admin',
  owner: 'owner',
};

export const meets = (role: Role, need: Need | undefined): boolean =>
  need !== undefined && ROLES.indexOf(role) <= ROLES.indexOf(LEAST_ROLE[need]) && ROLES.includes(role);
