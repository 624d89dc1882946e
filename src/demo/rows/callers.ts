import type { Random } from '../random.ts';
import { type Choice, choose, skewed } from './choice.ts';

/** A token as made-up traffic knows it. */
export interface RowToken {
  readonly id: string;
  readonly name: string;
  readonly userId: string;
  readonly userName: string;
}

/** An endpoint of the Shifts platform's API, real or made up. */
export interface RowEndpoint {
  readonly name: string;
  readonly method: string;
  /** With what stands for an id as `{id}`. */
  readonly path: string;
  readonly tag: string;
}

/** Who calls: from where, what, and how it goes. */
export interface Caller {
  readonly token: RowToken;
  readonly agent: string;
  readonly addresses: Choice<string>;
  readonly endpoints: Choice<RowEndpoint>;
  /** The share of its requests that fail. */
  readonly failing: number;
  /** What its answers take in the middle, in milliseconds. */
  readonly typicalMs: number;
}

const RESOURCES = [
  ['shifts', 'shifts'],
  ['employees', 'employees'],
  ['attendance', 'attendance'],
  ['reports', 'reports'],
  ['notifications', 'notifications'],
  ['rosters', 'rosters'],
  ['absences', 'absences'],
  ['swaps', 'shifts'],
  ['contracts', 'employees'],
  ['skills', 'employees'],
  ['timesheets', 'attendance'],
  ['payslips', 'payroll'],
] as const;

/** Sixty endpoints: five of each resource. */
export const ROW_ENDPOINTS: readonly RowEndpoint[] = RESOURCES.flatMap(([resource, tag]) =>
  (
    [
      ['GET', ''],
      ['GET', '/{id}'],
      ['POST', ''],
      ['PATCH', '/{id}'],
      ['DELETE', '/{id}'],
    ] as const
  ).map(([method, rest]) => {
    const path = `/v1/${resource}${rest}`;
    return { name: `${method} ${path}`, method, path, tag };
  }),
);

const AGENTS = [
  'planning-sync/4.2.1',
  'payroll-export/2.0 (nightly)',
  'TimeClock/7.11 firmware',
  'python-requests/2.32.3',
  'axios/1.7.9',
  'okhttp/4.12.0',
  'Go-http-client/2.0',
  'curl/8.9.1',
];

/** Makes a caller of each token: what it is for does not change with the number of rows. */
export const callersOf = (tokens: readonly RowToken[], random: Random): Caller[] =>
  tokens.map((token) => ({
    token,
    agent: random.pick(AGENTS),
    addresses: skewed(
      Array.from({ length: random.chance(0.1) ? random.int(50, 400) : random.int(1, 6) }, () =>
        addressOf(random),
      ),
      0.8,
    ),
    endpoints: skewed(
      Array.from({ length: random.int(2, 14) }, () => random.pick(ROW_ENDPOINTS)),
      1.2,
    ),
    failing: random.chance(0.08) ? 0.4 : 0.01 + random.next() * 0.05,
    typicalMs: 3 + random.next() * random.next() * 120,
  }));

/** Of the ranges that are kept for examples (RFC 5737, RFC 3849), and private ones. */
export function addressOf(random: Random): string {
  const kind = random.next();
  if (kind < 0.5) return `10.${random.int(0, 40)}.${random.int(0, 255)}.${random.int(1, 254)}`;
  if (kind < 0.85) return `${random.pick(['203.0.113', '198.51.100', '192.0.2'])}.${random.int(1, 254)}`;
  return `2001:db8:${random.int(1, 999).toString(16)}::${random.int(1, 65_535).toString(16)}`;
}

export const chooseCaller = (callers: readonly Caller[]): ((random: Random) => Caller) => {
  const choice = skewed(callers, 1);
  return (random) => choose(choice, random);
};
