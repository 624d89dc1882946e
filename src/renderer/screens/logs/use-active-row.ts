import { type KeyboardEvent, useCallback, useEffect, useMemo, useState } from 'react';
import type { LogRow } from '../../../features/logs/contract.ts';

interface ActiveRow {
  rows: readonly LogRow[];
  /** The request whose drawer is open. */
  open: string | null;
  /** How many rows a page of the keyboard has. */
  page: number;
  /** Scrolls to a row. */
  show: (index: number) => void;
  onOpen: (requestId: string) => void;
}

const indexOf = (rows: readonly LogRow[], id: string | null): number =>
  id === null ? -1 : rows.findIndex(({ requestId }) => requestId === id);

/** The row that the keyboard is at. It stays the same request when others come in above it. */
export function useActiveRow({ rows, open, page, show, onOpen }: ActiveRow) {
  const [place, setPlace] = useState<{ index: number; id: string | null }>({ index: 0, id: null });
  const moved = place.id !== null && rows[place.index]?.requestId !== place.id;
  const now = moved ? indexOf(rows, place.id) : place.index;
  const active = now === -1 ? 0 : now;
  const setActive = useCallback(
    (index: number) => setPlace({ index, id: index === 0 ? null : (rows[index]?.requestId ?? null) }),
    [rows],
  );

  // The drawer's steps through the log are seen in it, too.
  const openAt = useMemo(() => indexOf(rows, open), [rows, open]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another request is followed, not its row's moving
  useEffect(() => {
    if (openAt === -1) return;
    setActive(openAt);
    show(openAt);
  }, [open, openAt === -1]);

  const move = (to: number) => {
    const index = Math.max(0, Math.min(rows.length - 1, to));
    setActive(index);
    show(index);
  };
  const places: Record<string, number> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + page,
    PageUp: active - page,
    Home: 0,
    End: rows.length - 1,
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const ofButton = event.target !== event.currentTarget;
    if (ofButton || event.ctrlKey || event.metaKey || event.altKey) return;
    const place = places[event.key];
    const row = rows[active];
    if (place !== undefined) move(place);
    else if (event.key === 'Enter' && row !== undefined) onOpen(row.requestId);
    else return;
    event.preventDefault();
  };
  return { active, setActive, onKeyDown };
}
