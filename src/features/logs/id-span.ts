import { SECOND } from '../../base/clock.ts';
import { timeOfId } from '../../base/ids.ts';
import { piecesOf } from '../../base/log-query/pattern.ts';
import type { Term } from '../../base/log-query/terms.ts';
import type { Search } from './log-store.ts';

/** How far a request's id and the time of its arrival may lie apart. */
export const ID_SLACK = 5 * SECOND;

/** A search's span, narrowed to when requests came in whose whole ids it names. */
export function spanOfIds({ from, to, terms }: Search): [from: number, to: number] {
  let span: [number, number] = [from, to];
  for (const term of terms) {
    const times = term.field === 'id' && !term.excluded ? term.values.map(timeOfValue) : [null];
    if (times.includes(null)) continue;
    const known = times.filter((time) => time !== null);
    span = [
      Math.max(span[0], Math.min(...known) - ID_SLACK),
      Math.min(span[1], Math.max(...known) + ID_SLACK + 1),
    ];
  }
  return span;
}

/** The same search, which looks at no other time. */
export function narrowedByIds(search: Search): Search {
  const [from, to] = spanOfIds(search);
  return { ...search, from, to };
}

function timeOfValue(value: Term['values'][number]): number | null {
  const pieces = value.kind === 'text' ? piecesOf(value.text) : [];
  return pieces.length === 1 ? timeOfId(pieces[0] as string) : null;
}
