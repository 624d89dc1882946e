import { newId } from '../base/ids.ts';
import type { Schema } from '../db/schema.ts';
import { about, created, outside } from './answers.ts';
import { type Operation, withBody, withoutBody } from './operation.ts';
import { findBy, page } from './pages.ts';
import { refusePlace } from './references.ts';
import { inGroups, visibleRows } from './restrict.ts';
import { all, first, run, type Steps, where } from './rows.ts';
import { listOf, newNotification, notification, paging, rowId } from './shapes.ts';
import type { Visible } from './visible.ts';

type Row = Schema['notification'];

const tag = 'notifications';

const shown = (row: Row) => ({
  id: row.id,
  title: row.title,
  body: row.body,
  businessUnitId: row.business_unit_id,
  locationId: row.location_id,
  sentAt: new Date(row.sent_at).toISOString(),
  recipients: row.recipients,
});

const listNotifications = withoutBody(
  {
    operation: 'listNotifications',
    method: 'GET',
    path: '/v1/notifications',
    tag,
    summary: 'Lists notifications, newest first',
    status: 200,
    answer: listOf(notification),
  },
  { businessUnitId: rowId.optional(), locationId: rowId.optional(), ...paging },
  function* ({ query, visible }) {
    const columns = { businessUnit: 'business_unit_id', location: 'location_id', employee: null };
    const conditions = visibleRows(columns, visible);
    if (visible.userGroups !== null) {
      // One belongs to those it reached: it is there for a token that may see one of them.
      const member = inGroups('r.employee_id', visible.userGroups);
      conditions.push({
        sql: `EXISTS (SELECT 1 FROM notification_recipient AS r
                      WHERE r.notification_id = notification.id AND ${member.sql})`,
        values: member.values,
      });
    }
    if (query.businessUnitId !== undefined)
      conditions.push({ sql: 'business_unit_id = ?', values: [query.businessUnitId] });
    if (query.locationId !== undefined)
      conditions.push({ sql: 'location_id = ?', values: [query.locationId] });
    const select = 'SELECT *, NULL AS "sortKey" FROM notification';
    const order = { column: null, descending: true };
    const find = findBy<Row & { sortKey: null }>(select, conditions);
    return yield* page(find, order, query, function* (found) {
      const items: unknown[] = [];
      for (const row of found) items.push(shown({ ...row, recipients: yield* reached(visible, row) }));
      return items;
    });
  },
);

const sendNotification = withBody(
  {
    operation: 'sendNotification',
    method: 'POST',
    path: '/v1/notifications',
    tag,
    summary: 'Sends a notification to the active employees of a unit at a location',
    status: 201,
    answer: notification,
  },
  newNotification,
  function* ({ body, visible, now }) {
    const refusal = yield* refusePlace(visible, body.businessUnitId, body.locationId);
    const places = [[body.businessUnitId, body.locationId]] as const;
    if (refusal !== null) return about(places, refusal);
    const filter = where([
      { sql: 'business_unit_id = ?', values: [body.businessUnitId] },
      { sql: 'location_id = ?', values: [body.locationId] },
      { sql: "status = 'active'", values: [] },
      ...(visible.userGroups === null ? [] : [inGroups('employee.id', visible.userGroups)]),
    ]);
    const recipients = yield* all<{ id: string }>(`SELECT id FROM employee${filter.sql}`, filter.values);
    if (recipients.length === 0 && visible.userGroups !== null)
      return outside("Nobody there is in this token's user groups.");
    const row: Row = {
      id: newId(now),
      title: body.title,
      body: body.body,
      business_unit_id: body.businessUnitId,
      location_id: body.locationId,
      sent_at: now,
      recipients: recipients.length,
    };
    yield* run(
      `INSERT INTO notification (id, title, body, business_unit_id, location_id, sent_at, recipients)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      [row.id, row.title, row.body, row.business_unit_id, row.location_id, now, row.recipients],
    );
    for (const recipient of recipients)
      yield* run('INSERT INTO notification_recipient (notification_id, employee_id) VALUES (?, ?)', [
        row.id,
        recipient.id,
      ]);
    return about(places, created(shown(row)));
  },
);

/** How many it reached, of those that `visible` shows. */
function* reached(visible: Visible, row: Row): Steps<number> {
  if (visible.userGroups === null) return row.recipients;
  const member = inGroups('r.employee_id', visible.userGroups);
  const counted = yield* first<{ n: number }>(
    `SELECT count(*) AS n FROM notification_recipient AS r WHERE r.notification_id = ? AND ${member.sql}`,
    [row.id, ...member.values],
  );
  return counted?.n ?? 0;
}

export const notificationOperations: readonly Operation[] = [listNotifications, sendNotification];
