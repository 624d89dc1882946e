import type { Role } from '../../base/roles.ts';

/** What each role is called, and what it may do. */
export const roleWords: Record<Role, { name: string; may: string }> = {
  owner: { name: 'Owner', may: 'Everything, admins and keys included' },
  admin: { name: 'Admin', may: 'Everything but admins and keys' },
  auditor: { name: 'Auditor', may: 'Sees everything and changes nothing' },
};
