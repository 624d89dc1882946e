/**
 * The rows a request may see and write. null: no restriction of that kind; a set: only rows in one of these
 * ids, and an empty set means none at all. The three kinds are in force together.
 */
export interface Visible {
  readonly businessUnits: ReadonlySet<string> | null;
  readonly locations: ReadonlySet<string> | null;
  /** Rows of employees in at least one of these groups. */
  readonly userGroups: ReadonlySet<string> | null;
}

export const everything: Visible = { businessUnits: null, locations: null, userGroups: null };
