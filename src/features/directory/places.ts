import { Fault } from '../../base/faults.ts';
import type { Restrictions } from '../../base/shapes.ts';
import { fold, type ReadDb, type WriteDb } from '../../db/open.ts';
import type { PlaceKind } from '../../db/schema.ts';
import type { Place } from './contract.ts';

const KINDS = {
  businessUnit: { table: 'business_unit', text: 'business unit' },
  location: { table: 'location', text: 'location' },
  userGroup: { table: 'user_group', text: 'user group' },
} as const satisfies Record<PlaceKind, { table: string; text: string }>;

/** The three tables have the same columns, so one of their types speaks for all. */
const tableOf = (kind: PlaceKind) => KINDS[kind].table as 'business_unit';

/** What refers to a place of each kind: the table, the column, and the word for its rows. */
const REFERENCES = {
  businessUnit: [
    ['employee', 'business_unit_id', 'employees'],
    ['shift', 'business_unit_id', 'shifts'],
    ['attendance', 'business_unit_id', 'attendance records'],
    ['report', 'business_unit_id', 'reports'],
    ['notification', 'business_unit_id', 'notifications'],
  ],
  location: [
    ['employee', 'location_id', 'employees'],
    ['shift', 'location_id', 'shifts'],
    ['attendance', 'location_id', 'attendance records'],
    ['report', 'location_id', 'reports'],
    ['notification', 'location_id', 'notifications'],
  ],
  userGroup: [['employee_group', 'group_id', 'employees']],
} as const satisfies Record<PlaceKind, readonly (readonly [string, string, string])[]>;

/** Every place, the kinds one after the other, each by name. */
export async function listPlaces(db: ReadDb): Promise<Place[]> {
  const collator = new Intl.Collator('en');
  const lists = await Promise.all(
    (Object.keys(KINDS) as PlaceKind[]).map(async (kind) => {
      const rows = await db.selectFrom(tableOf(kind)).select(['id', 'name']).execute();
      return rows.map((row) => ({ ...row, kind })).sort((a, b) => collator.compare(a.name, b.name));
    }),
  );
  return lists.flat();
}

export async function addPlace(tx: WriteDb, place: Place): Promise<Place> {
  await refuseTakenName(tx, place);
  await tx.insertInto(tableOf(place.kind)).values({ id: place.id, name: place.name }).execute();
  return place;
}

export async function renamePlace(tx: WriteDb, place: Place): Promise<Place> {
  await requirePlace(tx, place.kind, place.id);
  await refuseTakenName(tx, place);
  await tx.updateTable(tableOf(place.kind)).set({ name: place.name }).where('id', '=', place.id).execute();
  return place;
}

/** Refused with `in.use` while anything refers to the place: removing it would widen what that may see. */
export async function removePlace(tx: WriteDb, kind: PlaceKind, id: string): Promise<void> {
  await requirePlace(tx, kind, id);
  for (const [table, by] of [
    ['token_restriction', 'tokens'],
    ['user_restriction', 'users'],
  ] as const) {
    const count = await tx
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('kind', '=', kind)
      .where('place_id', '=', id)
      .executeTakeFirstOrThrow();
    refuseUsed(kind, count.count, by);
  }
  for (const [table, column, by] of REFERENCES[kind]) {
    const count = await tx
      .selectFrom(table as 'employee')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where(column as 'location_id', '=', id)
      .executeTakeFirstOrThrow();
    refuseUsed(kind, count.count, by);
  }
  await tx.deleteFrom(tableOf(kind)).where('id', '=', id).execute();
}

/** Refused with `id.unknown` where a restriction names a place that is not there. Each id once, in order. */
export async function checkRestrictions(db: ReadDb, asked: Restrictions): Promise<Restrictions> {
  const of = async (kind: PlaceKind, ids: readonly string[]): Promise<string[]> => {
    const once = [...new Set(ids)];
    for (const id of once) await requirePlace(db, kind, id);
    return once;
  };
  return {
    businessUnits: await of('businessUnit', asked.businessUnits),
    locations: await of('location', asked.locations),
    userGroups: await of('userGroup', asked.userGroups),
  };
}

/** Restrictions as the rows of `user_restriction` and `token_restriction`, without their owner. */
export const restrictionRows = (restrictions: Restrictions): { kind: PlaceKind; place_id: string }[] => [
  ...restrictions.businessUnits.map((id) => ({ kind: 'businessUnit' as const, place_id: id })),
  ...restrictions.locations.map((id) => ({ kind: 'location' as const, place_id: id })),
  ...restrictions.userGroups.map((id) => ({ kind: 'userGroup' as const, place_id: id })),
];

/** Refused with `id.unknown` where there is no such place. */
export async function requirePlace(db: ReadDb, kind: PlaceKind, id: string): Promise<Place> {
  const row = await db
    .selectFrom(tableOf(kind))
    .select(['id', 'name'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw new Fault('id.unknown', { kind: KINDS[kind].text, id });
  return { ...row, kind };
}

async function refuseTakenName(db: ReadDb, place: Place): Promise<void> {
  const rows = await db.selectFrom(tableOf(place.kind)).select(['id', 'name']).execute();
  const name = fold(place.name);
  if (rows.some((row) => row.id !== place.id && fold(row.name) === name))
    throw new Fault('name.taken', { kind: KINDS[place.kind].text, name: place.name });
}

function refuseUsed(kind: PlaceKind, count: number, by: string): void {
  if (count > 0) throw new Fault('in.use', { kind: KINDS[kind].text, count, by });
}
