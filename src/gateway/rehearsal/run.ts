import { setImmediate as nextTurn } from 'node:timers/promises';
import { HOUR } from '../../base/clock.ts';
import type { InstancePlace } from '../../db/place.ts';
import { openReader } from '../../db/reader.ts';
import type { HeadRow } from '../../features/logs/log-store.ts';
import { openLogs } from '../../features/logs/open-logs.ts';
import type { RecordHead } from '../../features/logs/parse-record.ts';
import {
  compilePolicy,
  type PolicyFrame,
  type PolicyRows,
  readFrame,
  readPolicyRows,
} from '../policy-rows.ts';
import type { Draft, RehearsalProgress, RehearsalResult } from './contract.ts';
import { isEmpty, withDraft } from './draft.ts';
import { changeOf, recordedVerdict } from './recorded.ts';
import { createReplay, steadyTimeOf } from './replay.ts';
import { restrictionChanges } from './restrictions.ts';
import { Tally } from './tally.ts';

/** What is rehearsed over which part of whose log. Times are Unix milliseconds; `to` is not part of it. */
export interface RehearsalOrder {
  readonly place: Pick<InstancePlace, 'database' | 'name'>;
  readonly draft: Draft;
  readonly from: number;
  readonly to: number;
}

/** The oldest part of an hour's window counts whole, so the counters know a little more than the hour. */
const WARM_UP = (HOUR * 61) / 60;
/** Requests that arrived so close together may stand in the log in another order than they were admitted in. */
const BLUR = 5;
/** A row so far behind another's admission is no blur: the wall clock was set back. */
const SET_BACK = 1_000;

const unchanged = { changed: false, sameGroups: true } as const;

/**
 * Judges the requests of a range anew, by the policy as it is with the draft laid over it. Refused with
 * `input.invalid`, which names the field, where the draft names what is not there.
 * @param progress told after each page of rows
 * @param signal ends it early: then the answer is null
 */
export async function rehearse(
  order: RehearsalOrder,
  progress: (progress: RehearsalProgress) => void,
  signal: AbortSignal,
): Promise<RehearsalResult | null> {
  const { place, draft, from, to } = order;
  const { rows, frame } = await readPolicy(place);
  const inForce = compilePolicy(rows, frame);
  const drafted = isEmpty(draft) ? inForce : compilePolicy(withDraft(rows, draft, frame.catalogue), frame);
  const replay = createReplay(drafted, inForce, restrictionChanges(inForce));
  // Beside it the policy as it is: what that changes already, the draft is not to blame for.
  const without = drafted === inForce ? null : createReplay(inForce, inForce, () => unchanged);

  const tally = new Tally(from, to);
  const earlier = { requests: 0, wouldDeny: 0, wouldAllow: 0 };
  let clockSetBack = 0;
  let newest = Number.NEGATIVE_INFINITY;

  const judgeRow = ({ record, json }: HeadRow): void => {
    const steadyTime = steadyTimeOf(record);
    if (steadyTime < newest - SET_BACK) clockSetBack++;
    newest = Math.max(newest, steadyTime);
    if (record.time < from) {
      replay.warm(record);
      without?.warm(record);
      return;
    }
    const before = recordedVerdict(record, json);
    const after = replay.judge(record, before);
    const change = changeOf(before, after);
    tally.add(record, before, after, change);
    noteEarlier(record, without === null ? change : changeOf(before, without.judge(record, before)));
  };

  const noteEarlier = (record: RecordHead, change: ReturnType<typeof changeOf>): void => {
    if (record.policyVersion === rows.version) return;
    earlier.requests++;
    if (change === 'deny') earlier.wouldDeny++;
    if (change === 'allow') earlier.wouldAllow++;
  };

  let requests = 0;
  const logs = openLogs(place);
  try {
    for await (const page of inOrder(logs.log.heads(from - WARM_UP, to))) {
      for (const row of page) judgeRow(row);
      requests += page.length;
      const reached = page.at(-1)?.record.time ?? from;
      const part = Math.min(1, Math.max(0, (reached - from) / (to - from)));
      progress({ type: 'progress', requests, part });
      await nextTurn();
      if (signal.aborted) return null;
    }
  } finally {
    await logs.close();
  }
  return {
    type: 'result',
    from: new Date(from),
    to: new Date(to),
    policyVersion: rows.version,
    ...tally.result(),
    earlier,
    clockSetBack,
  };
}

/** Requests are known by their tokens' ids here, so no secret has to be found. */
async function readPolicy({ database }: RehearsalOrder['place']): Promise<{
  rows: PolicyRows;
  frame: PolicyFrame;
}> {
  const reader = openReader(database);
  try {
    return { rows: await reader.snapshot(readPolicyRows()), frame: await reader.read(readFrame([])) };
  } finally {
    await reader.close();
  }
}

/** The same rows in the order of their admission: in the log, those of one moment stand in the order of their answers. */
async function* inOrder(pages: AsyncIterable<HeadRow[]>): AsyncGenerator<HeadRow[], void> {
  const byAdmission = (a: HeadRow, b: HeadRow): number => steadyTimeOf(a.record) - steadyTimeOf(b.record);
  let held: HeadRow[] = [];
  for await (const page of pages) {
    const all = [...held, ...page];
    const last = all.at(-1)?.record.time ?? 0;
    let cut = all.length;
    while (cut > 0 && (all[cut - 1] as HeadRow).record.time > last - BLUR) cut--;
    held = all.slice(cut);
    yield all.slice(0, cut).sort(byAdmission);
  }
  yield held.sort(byAdmission);
}
