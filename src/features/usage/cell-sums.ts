import { DAY, MINUTE } from '../../base/clock.ts';
import { outcomeOf } from '../../base/reasons.ts';
import { compareKinds, type Kind, type Sums, weighted } from './cell.ts';
import { ALL_TOKENS, cellId, type Grain, QUARTER, startOf } from './cell-id.ts';
import { binOf } from './sketch.ts';

/** What a roll-up takes of a request. */
export interface Counted {
  time: number;
  tokenId: string | null;
  endpoint: string | null;
  status: number;
  reason: string | null;
  durationMs: number;
  /** Which limit on trial would have refused it. */
  trial?: string;
}

/** What requests add to one cell; each kind is one object. */
export interface CellSums {
  readonly id: number;
  readonly token: number;
  /** When its period begins, Unix milliseconds. */
  readonly start: number;
  readonly byKind: Map<Kind, Sums>;
}

/** Every text of the requests that roll-ups have as a number; '' stands for none. */
export function textsOf(requests: readonly Counted[]): Set<string> {
  const texts = new Set<string>(['']);
  for (const { tokenId, endpoint, reason } of requests) {
    texts.add(tokenId ?? '');
    texts.add(endpoint ?? '');
    texts.add(reason ?? '');
  }
  return texts;
}

/** What requests add to the minutes of each token and of all. */
export function sumUpMinutes(requests: readonly Counted[], numbers: ReadonlyMap<string, number>): CellSums[] {
  const numberOf = (text: string | null) => numbers.get(text ?? '') as number;
  const kinds = new Map<string, Kind>();
  const cells = new Map<number, CellSums>();
  for (const { time, tokenId, endpoint, status, reason, durationMs } of requests) {
    const name = `${endpoint}\n${status}\n${reason}`;
    let kind = kinds.get(name);
    if (kind === undefined) {
      kind = { endpoint: numberOf(endpoint), status, reason: numberOf(reason) };
      kinds.set(name, kind);
    }
    const durationUs = Math.max(0, Math.round(durationMs * 1_000));
    const { byKind } = cellIn(cells, MINUTE, startOf(MINUTE, time), numberOf(tokenId));
    const bin = weighted(binOf(durationUs), 1);
    const sums = byKind.get(kind);
    if (sums === undefined) byKind.set(kind, { kind, count: 1, durationUs, bins: [bin] });
    else {
      sums.count++;
      sums.durationUs += durationUs;
      sums.bins.push(bin);
    }
  }
  const ofTokens = [...cells.values()];
  return [...widen(ofTokens, MINUTE, () => ALL_TOKENS), ...ofTokens].sort((a, b) => a.id - b.id);
}

export function cellIn(cells: Map<number, CellSums>, grain: Grain, start: number, token: number): CellSums {
  const id = cellId(grain, start, token);
  let cell = cells.get(id);
  if (cell === undefined) {
    cell = { id, token, start, byKind: new Map() };
    cells.set(id, cell);
  }
  return cell;
}

/** The same sums in cells of a coarser grain, or of another token. */
export function widen(
  cells: Iterable<CellSums>,
  grain: Grain,
  tokenOf: (cell: CellSums) => number = ({ token }) => token,
): CellSums[] {
  const wide = new Map<number, CellSums>();
  for (const cell of cells) {
    const into = cellIn(wide, grain, startOf(grain, cell.start), tokenOf(cell)).byKind;
    for (const [kind, { count, durationUs, bins }] of cell.byKind) {
      const sums = into.get(kind);
      if (sums === undefined) into.set(kind, { kind, count, durationUs, bins: bins.slice() });
      else {
        sums.count += count;
        sums.durationUs += durationUs;
        for (const bin of bins) sums.bins.push(bin);
      }
    }
  }
  return [...wide.values()];
}

export const kindsInOrder = ({ byKind }: CellSums): Sums[] =>
  [...byKind.values()].sort((a, b) => compareKinds(a.kind, b.kind));

/** On which day (its number since 1970) a token used an endpoint; what the gateway denied or limited is no use. */
export interface EndpointUse {
  readonly token: number;
  readonly endpoint: number;
  readonly day: number;
}

export const isUse = ({ status }: Kind): boolean => !['denied', 'limited'].includes(outcomeOf(status));

export const dayOfCell = ({ start }: Pick<CellSums, 'start'>): number => Math.floor(start / DAY);

/** What a limit on trial would have refused of one token in a quarter hour. */
export interface TrialCount {
  readonly bucket: number;
  readonly tokenId: string;
  readonly refusedBy: string;
  count: number;
}

/** What limits on trial would have refused. Few requests are, mostly none. */
export function sumUpTrials(requests: readonly Counted[]): TrialCount[] {
  const sums = new Map<string, TrialCount>();
  for (const { tokenId, time, trial } of requests) {
    if (trial === undefined || tokenId === null) continue;
    const bucket = startOf(QUARTER, time);
    const key = `${bucket} ${tokenId} ${trial}`;
    const known = sums.get(key);
    if (known) known.count++;
    else sums.set(key, { bucket, tokenId, refusedBy: trial, count: 1 });
  }
  return [...sums.values()];
}
