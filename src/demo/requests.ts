import { DAY, HOUR } from '../base/clock.ts';
import { makeSecret } from '../features/tokens/secret.ts';
import type { DemoToken } from './access.ts';
import type { Random } from './random.ts';

/** One request of the demo traffic. A body that is not JSON is on purpose. */
export interface DemoRequest {
  readonly method: string;
  /** With its query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** What the requests speak of: rows of the instance, and a secret for each demo token. */
export interface Known {
  readonly secrets: Readonly<Record<DemoToken, string>>;
  readonly employees: readonly { id: string; businessUnitId: string; locationId: string }[];
  readonly shifts: readonly { id: string; locationId: string }[];
  /** The one location that the self-service token may see. */
  readonly selfServiceLocation: string;
  /** Unix milliseconds. */
  readonly now: number;
}

interface Sent {
  readonly token: DemoToken | null;
  readonly method?: string;
  readonly target: string;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
}

const AGENTS: Readonly<Record<DemoToken, string>> = {
  planning: 'planning-sync/4.2.1',
  payroll: 'payroll-export/2.0 (nightly)',
  clocks: 'TimeClock/7.11 firmware',
  selfService: 'rotterdam-app/1.8.0',
  trial: 'python-requests/2.32.3',
  intranet: 'intranet/2019.3',
};

/**
 * The requests of `random`'s sequence: mostly what each integration is for, and a share of everything that the
 * gateway refuses, from a mistyped body to a wrong secret.
 */
export function requestMaker(random: Random, known: Known): () => DemoRequest {
  const instant = (from: number, to: number) =>
    new Date(Math.floor(known.now / HOUR) * HOUR + random.int(from, to) * HOUR).toISOString();
  const employee = () => random.pick(known.employees);
  const shiftId = () => random.pick(known.shifts).id;
  const inRotterdam = known.employees.filter((e) => e.locationId === known.selfServiceLocation);
  const elsewhere = known.employees.filter((e) => e.locationId !== known.selfServiceLocation);
  const hidden = known.shifts.filter((s) => s.locationId !== known.selfServiceLocation);
  const newShift = (person: { id: string; businessUnitId: string; locationId: string }) => {
    const day = random.int(8, 30);
    return {
      employeeId: person.id,
      businessUnitId: person.businessUnitId,
      locationId: person.locationId,
      start: instant(day * 24, day * 24 + 4),
      end: instant(day * 24 + 5, day * 24 + 9),
      note: 'Proposed by the planning system',
    };
  };
  const range = (days: number) => `from=${instant(-24 * days, -24)}&to=${instant(24, 24 * 7)}`;
  const report = (kind: string) => ({
    kind,
    from: new Date(known.now - 21 * DAY).toISOString(),
    to: new Date(known.now).toISOString(),
  });
  const clockIn = () => ({ employeeId: employee().id, clockIn: instant(-8, -8), clockOut: instant(0, 0) });

  /** What is sent, and how often of all. */
  const mix: readonly (readonly [number, () => Sent])[] = [
    [20, () => ({ token: 'planning', target: `/v1/shifts?${range(7)}&limit=${random.int(10, 100)}` })],
    [12, () => ({ token: 'planning', target: `/v1/shifts/${shiftId()}` })],
    [6, () => ({ token: 'planning', target: `/v1/employees?limit=${random.int(20, 200)}` })],
    [5, () => ({ token: 'planning', target: `/v1/employees/${employee().id}` })],
    [4, () => ({ token: 'planning', target: '/v1/shifts', method: 'POST', json: newShift(employee()) })],
    [
      4,
      () => ({
        token: 'planning',
        target: `/v1/shifts/${shiftId()}`,
        method: 'PATCH',
        json: { note: random.pick(['Swapped', 'Confirmed', 'On call', '']) },
      }),
    ],
    [3, () => ({ token: 'planning', target: `/v1/attendance?${range(3)}&limit=50` })],
    [2, () => ({ token: 'planning', target: random.pick(['/v1/business-units', '/v1/user-groups']) })],
    [1, () => ({ token: 'planning', target: '/v1/openapi.json' })],
    [1, () => ({ token: 'planning', target: '/v1/notifications' })],
    [1, () => ({ token: 'planning', target: '/v1/shifts?limit=1', method: 'HEAD' })],
    [6, () => ({ token: 'payroll', target: `/v1/attendance?${range(20)}&limit=200` })],
    [2, () => ({ token: 'payroll', target: '/v1/employees?limit=200' })],
    [6, () => ({ token: 'clocks', target: '/v1/attendance', method: 'POST', json: clockIn() })],
    [2, () => ({ token: 'clocks', target: `/v1/employees/${employee().id}` })],
    [
      2,
      () => ({
        token: 'trial',
        target: '/v1/reports',
        method: 'POST',
        json: report(random.pick(['hours', 'attendance', 'headcount'])),
      }),
    ],
    [1, () => ({ token: 'trial', target: '/v1/locations' })],
    // Its burst limit is low, so much of this is answered 429.
    [6, () => ({ token: 'selfService', target: `/v1/shifts?${range(2)}&limit=20` })],
    [
      1,
      () => ({
        token: 'selfService',
        target: '/v1/shifts',
        method: 'POST',
        json: newShift(random.pick(inRotterdam)),
      }),
    ],
    // Refused: outside the restrictions, the scope, the catalogue, the form; and without a right at all.
    [
      1,
      () => ({
        token: 'selfService',
        target: '/v1/notifications',
        method: 'POST',
        json: { title: 'Roster', body: 'The new roster is out.', ...placeOf(random.pick(elsewhere)) },
      }),
    ],
    [1, () => ({ token: 'selfService', target: `/v1/shifts/${random.pick(hidden).id}` })],
    [1, () => ({ token: 'payroll', target: '/v1/shifts', method: 'POST', json: newShift(employee()) })],
    [1, () => ({ token: 'clocks', target: `/v1/shifts?${range(1)}` })],
    [1, () => ({ token: 'trial', target: '/v1/employees' })],
    [
      1,
      () => ({ token: 'planning', target: random.pick(['/v1/rosters', '/v2/shifts', '/v1/shifts/export']) }),
    ],
    [1, () => ({ token: 'planning', target: '/v1/locations', method: 'DELETE' })],
    [
      1,
      () => ({
        token: 'planning',
        target: '/v1/shifts',
        method: 'POST',
        json: { ...newShift(employee()), end: instant(-48, -24), colour: 'green' },
      }),
    ],
    [1, () => ({ token: 'planning', target: '/v1/shifts', method: 'POST', text: '{"employeeId": "' })],
    [0.5, () => ({ token: 'planning', target: '/v1/shifts?page=2' })],
    [0.8, () => ({ token: 'intranet', target: '/v1/shifts' })],
    [0.5, () => ({ token: null, target: '/v1/employees' })],
    [0.5, () => ({ token: null, target: '/v1/shifts', headers: bearer(makeSecret(random.bytes)) })],
    [0.5, () => ({ token: null, target: '/v1/shifts', headers: bearer('shf_0000000000') })],
  ];
  const total = mix.reduce((sum, [weight]) => sum + weight, 0);

  return () => {
    let left = random.next() * total;
    for (const [weight, make] of mix) {
      left -= weight;
      if (left < 0) return written(make(), known);
    }
    return written({ token: 'planning', target: '/v1/shifts' }, known);
  };
}

function written(sent: Sent, known: Known): DemoRequest {
  const body = sent.text ?? (sent.json === undefined ? null : JSON.stringify(sent.json));
  return {
    method: sent.method ?? 'GET',
    target: sent.target,
    headers: {
      'User-Agent': sent.token === null ? 'curl/8.9.1' : AGENTS[sent.token],
      Accept: 'application/json',
      ...(sent.token === null ? {} : bearer(known.secrets[sent.token])),
      ...(body === null
        ? {}
        : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) }),
      ...sent.headers,
    },
    body,
  };
}

const bearer = (secret: string) => ({ Authorization: `Bearer ${secret}` });

const placeOf = (row: { businessUnitId: string; locationId: string }) => ({
  businessUnitId: row.businessUnitId,
  locationId: row.locationId,
});
