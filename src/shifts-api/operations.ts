import { attendanceOperations } from './attendance.ts';
import { employeeOperations } from './employees.ts';
import { notificationOperations } from './notifications.ts';
import type { Operation } from './operation.ts';
import { placeOperations } from './places.ts';
import { reportOperations } from './reports.ts';
import { shiftOperations } from './shifts.ts';

/** Everything the API answers but its own description, in the order of the document. */
export const operations: readonly Operation[] = [
  ...shiftOperations,
  ...employeeOperations,
  ...attendanceOperations,
  ...reportOperations,
  ...notificationOperations,
  ...placeOperations,
];
