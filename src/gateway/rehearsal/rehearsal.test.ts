import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { handClock } from '../../../tests/support/instance.ts';
import { DAY, HOUR } from '../../base/clock.ts';
import { openSqlite } from '../../db/open.ts';
import { placeOfFile } from '../../db/place.ts';
import { readSnapshotNow } from '../../db/reads.ts';
import type { LogRecord } from '../../features/logs/record.ts';
import { openInstance } from '../../instance.ts';
import { compilePolicy, readPolicyRows } from '../policy-rows.ts';
import { type DraftInput, draft as draftShape, type RehearsalResult } from './contract.ts';
import { withDraft } from './draft.ts';
import { rehearse } from './run.ts';
import { decideAll, logAll, type Synthetic, syntheticRequests, testFrame } from './testing.ts';

/** Some hours around a midnight of last week. */
const START = Math.floor(Date.now() / DAY) * DAY - 3 * DAY + 20 * HOUR;
const SPAN = 9 * HOUR;

const limit = (requestsPerHour: number, requests: number, seconds: number) => ({
  requestsPerHour,
  burst: { requests, seconds },
});

/** An instance whose policy has something of everything. */
async function makeOrganisation() {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-'));
  const file = join(folder, 'instance.db');
  const instance = await openInstance({
    place: placeOfFile(file),
    actor: 'os:test',
    clock: handClock(START - 30 * DAY),
  });
  const ask = createRouterClient(instance.router, { context: instance.context });
  const ada = await ask.directory.users.add({ email: 'ada@example.org', name: 'Ada', access: 'write' });
  const bob = await ask.directory.users.add({ email: 'bob@example.org', name: 'Bob', access: 'read' });
  const eve = await ask.directory.users.add({ email: 'eve@example.org', name: 'Eve' });
  const make = async (name: string, given: object = {}, userId = ada.id) =>
    (await ask.tokens.create({ name, userId, scope: 'full', ...given })).token.id;
  const ids = {
    plain: await make('Plain'),
    busy: await make('Busy'),
    reader: await make('Reader', { scope: 'read-only' }),
    bobs: await make('Of Bob', {}, bob.id),
    limited: await make('Limited', {
      scope: 'limited',
      endpoints: [{ kind: 'tag', target: 'shifts', access: 'read' }],
    }),
    expiring: await make('Expiring', { expiresAt: new Date(START + SPAN / 2) }),
    office: await make('Office'),
    revoked: await make('Revoked'),
    off: await make('Off'),
    orphan: await make('Orphan', {}, eve.id),
  };
  await ask.tokens.revoke({ id: ids.revoked });
  await ask.tokens.setActive({ id: ids.off, active: false });
  await ask.directory.users.setActive({ id: eve.id, active: false });
  await ask.ipRules.add({ range: '10.0.0.0/8' });
  await ask.ipRules.add({ range: '203.0.113.0/24', label: 'Office', tokenIds: [ids.office] });
  await ask.ipRules.add({ range: '0.0.0.0/0', tokenIds: [ids.plain, ids.busy] });
  await ask.limits.set({ target: { kind: 'default' }, limit: limit(600, 25, 10) });
  await ask.limits.set({ target: { kind: 'instance' }, limit: limit(4_500, 22, 7) });
  await ask.limits.set({ target: { kind: 'token', tokenId: ids.busy }, limit: limit(900, 40, 60) });
  const db = openSqlite(file, { readonly: true });
  const rows = readSnapshotNow(db, readPolicyRows());
  db.close();
  await instance.close();
  return { folder, file, ids, userIds: { ada: ada.id, bob: bob.id }, rows };
}

type Organisation = Awaited<ReturnType<typeof makeOrganisation>>;

const traffic = (count: number, tokenIds: readonly string[], seed = 7) =>
  syntheticRequests({ seed, count, start: START, tokenIds, gap: SPAN / count });

async function run(file: string, draft: DraftInput, from = START, to = START + SPAN * 2) {
  const order = { place: placeOfFile(file), draft: draftShape.parse(draft), from, to };
  return (await rehearse(order, () => undefined, new AbortController().signal)) as RehearsalResult;
}

let known: Organisation;
let requests: Synthetic[];
let recorded: LogRecord[];

beforeAll(async () => {
  known = await makeOrganisation();
  requests = [...traffic(12_000, Object.values(known.ids), 11)];
  const policy = compilePolicy(known.rows, testFrame);
  recorded = decideAll(requests, () => policy);
  await logAll(known.file, recorded);
});

afterAll(() => rmSync(known.folder, { recursive: true, force: true }));

test('the policy as it is changes nothing over 120,000 requests that it judged', async () => {
  const { folder, file, ids, rows } = await makeOrganisation();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const policy = compilePolicy(rows, testFrame);
  const records = decideAll(traffic(120_000, Object.values(ids)), () => policy, [30_000, 77_777]);
  await logAll(file, records);
  const result = await run(file, {});
  expect(result).toMatchObject({ requests: 120_000, unchanged: 120_000, clockSetBack: 0 });
  expect(result.earlier).toEqual({ requests: 0, wouldDeny: 0, wouldAllow: 0 });

  // Every kind of verdict was there, so that this says something.
  const reasons = new Set(records.map((record) => record.reason));
  for (const reason of [
    null,
    'token.missing',
    'token.expired',
    'token.revoked',
    'token.inactive',
    'user.deactivated',
    'limit.unauthenticated',
    'ip.denied',
    'limit.hour',
    'limit.burst',
    'endpoint.unknown',
    'endpoint.method',
    'scope.endpoint',
    'scope.method',
  ] as const)
    expect(reasons).toContain(reason);

  // From the middle on, warmed by the hour before.
  const from = START + SPAN / 3;
  const half = await run(file, {}, from);
  expect(half.requests).toBe(records.filter((record) => record.time >= from).length);
  expect(half.unchanged).toBe(half.requests);
}, 300_000);

interface Case {
  name: string;
  draft: (known: Organisation) => DraftInput;
}

const cases: Case[] = [
  { name: 'a lower default', draft: () => ({ limits: { default: limit(300, 10, 10) } }) },
  {
    name: 'a higher default with a longer burst',
    draft: () => ({ limits: { default: limit(2_000, 90, 30), instance: null } }),
  },
  { name: 'no ceiling', draft: () => ({ limits: { instance: null } }) },
  { name: 'a low ceiling', draft: () => ({ limits: { instance: limit(1_000, 20, 10) } }) },
  {
    name: "a token's own limit, and another's taken away",
    draft: ({ ids }) => ({
      limits: {
        tokens: [
          { tokenId: ids.plain, limit: limit(50, 5, 1) },
          { tokenId: ids.busy, limit: null },
        ],
      },
    }),
  },
  { name: 'another range for all', draft: () => ({ ipRules: { add: [{ range: '203.0.113.9' }] } }) },
  {
    name: 'ranges of one token',
    draft: ({ ids }) => ({
      ipRules: { add: [{ range: '10.0.3.0/24', tokenIds: [ids.reader, ids.office] }] },
    }),
  },
  {
    name: 'no ranges at all',
    draft: ({ rows }) => ({
      ipRules: {
        remove: rows.ipRules.map((rule) => rule.id),
      },
    }),
  },
  {
    name: 'scopes',
    draft: ({ ids }) => ({
      tokens: [
        { tokenId: ids.plain, scope: 'read-only' },
        {
          tokenId: ids.limited,
          scope: 'limited',
          endpoints: [{ kind: 'operation', target: 'createShift', access: 'write' }],
        },
        { tokenId: ids.reader, scope: 'full' },
      ],
    }),
  },
  { name: 'a revocation', draft: ({ ids }) => ({ tokens: [{ tokenId: ids.busy, revoked: true }] }) },
  {
    name: 'a token switched off and another on',
    draft: ({ ids }) => ({
      tokens: [
        { tokenId: ids.busy, active: false },
        { tokenId: ids.off, active: true },
      ],
    }),
  },
  {
    name: 'expiries',
    draft: ({ ids }) => ({
      tokens: [
        { tokenId: ids.expiring, expiresAt: null },
        { tokenId: ids.plain, expiresAt: new Date(START + SPAN / 2) },
      ],
    }),
  },
  {
    name: 'a user deactivated',
    draft: ({ userIds }) => ({ users: [{ userId: userIds.ada, active: false }] }),
  },
  {
    name: 'a user who may write',
    draft: ({ userIds }) => ({ users: [{ userId: userIds.bob, access: 'write' }] }),
  },
];

test.each(cases)(
  '$name: says exactly what a gateway decides that has it from that moment on',
  async (given) => {
    const from = START + SPAN / 3;
    const before = compilePolicy(known.rows, testFrame);
    const draft = given.draft(known);
    const after = compilePolicy(
      withDraft(known.rows, draftShape.parse(draft), testFrame.catalogue),
      testFrame,
    );
    // The same requests at a second gateway, which is given the draft on the way.
    const wouldBe = decideAll(requests, ({ time }) => (time < from ? before : after));
    const result = await run(known.file, draft, from);

    const expected = compare(recorded, wouldBe, from);
    expect(expected.wouldDeny + expected.wouldAllow).toBeGreaterThan(0);
    expect(result).toMatchObject({
      wouldDeny: expected.wouldDeny,
      wouldAllow: expected.wouldAllow,
      byReason: expected.byReason,
      undecidable: 0,
    });
    for (const [tokenId, counts] of expected.byToken)
      expect(result.byToken.find((token) => token.tokenId === tokenId)).toMatchObject(counts);
    const { points } = result.timeline;
    expect(points.reduce((sum, point) => sum + point.wouldDeny, 0)).toBe(result.wouldDeny);
    expect(points.reduce((sum, point) => sum + point.after.letIn, 0)).toBe(
      wouldBe.filter((record) => record.time >= from && letIn(record)).length,
    );
  },
);

const letIn = ({ reason }: LogRecord): boolean => reason === null;

function compare(was: readonly LogRecord[], wouldBe: readonly LogRecord[], from: number) {
  const found = { wouldDeny: 0, wouldAllow: 0, byReason: {} as Record<string, number> };
  const byToken = new Map<string, { wouldDeny: number; wouldAllow: number }>();
  was.forEach((before, index) => {
    const after = wouldBe[index] as LogRecord;
    if (before.time < from || letIn(before) === letIn(after)) return;
    const own = byToken.get(before.tokenId ?? '') ?? { wouldDeny: 0, wouldAllow: 0 };
    if (before.tokenId !== null) byToken.set(before.tokenId, own);
    const field = letIn(before) ? 'wouldDeny' : 'wouldAllow';
    found[field]++;
    own[field]++;
    if (field === 'wouldAllow') return;
    const reason = reasonOf(after);
    found.byReason[reason] = (found.byReason[reason] ?? 0) + 1;
  });
  return { ...found, byToken };
}

/** The guard against guessing stands in for the reason of row 1, which the decision still has. */
function reasonOf({ reason, checks }: LogRecord): string {
  if (reason !== 'limit.unauthenticated') return reason ?? '';
  const detail = checks.find((check) => !check.passed)?.detail ?? '';
  if (detail.startsWith('revoked')) return 'token.revoked';
  if (detail.startsWith('expired')) return 'token.expired';
  return detail.startsWith('user') ? 'user.deactivated' : 'token.inactive';
}

test('a draft that names what is not there is refused, and the field is named', async () => {
  const nobody = '0190f3c0-0000-7000-8000-00000000dead';
  const bad: [DraftInput, string][] = [
    [{ tokens: [{ tokenId: nobody, revoked: true }] }, 'draft.tokens.0.tokenId'],
    [{ users: [{ userId: nobody, active: false }] }, 'draft.users.0.userId'],
    [{ limits: { tokens: [{ tokenId: nobody, limit: null }] } }, 'draft.limits.tokens.0.tokenId'],
    [{ ipRules: { remove: [nobody] } }, 'draft.ipRules.remove.0'],
    [{ ipRules: { add: [{ range: '10.0.0.0/8' }, { range: '010.0.0.1' }] } }, 'draft.ipRules.add.1.range'],
    [{ ipRules: { add: [{ range: '::1', tokenIds: [nobody] }] } }, 'draft.ipRules.add.0.tokenIds.0'],
    [
      {
        tokens: [
          {
            tokenId: known.ids.plain,
            scope: 'limited',
            endpoints: [{ kind: 'tag', target: 'nothing', access: 'read' }],
          },
        ],
      },
      'draft.tokens.0.endpoints.0.target',
    ],
  ];
  for (const [draft, field] of bad)
    await expect(run(known.file, draft)).rejects.toMatchObject({ code: 'input.invalid', data: { field } });
});

test('a cancelled rehearsal stops at the next page and has no result', async () => {
  const stop = new AbortController();
  const order = {
    place: placeOfFile(known.file),
    draft: draftShape.parse({}),
    from: START,
    to: START + SPAN * 2,
  };
  let pages = 0;
  const result = await rehearse(
    order,
    () => {
      pages++;
      stop.abort();
    },
    stop.signal,
  );
  expect([result, pages]).toEqual([null, 1]);
});
