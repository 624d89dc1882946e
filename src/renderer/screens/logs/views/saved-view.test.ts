import { expect, test } from 'vitest';
import { type LogsView, readView } from '../view.ts';
import { isSameView, keptOf, openingOf } from './saved-view.ts';

const view = (params: string): LogsView => readView(new URLSearchParams(params));

test.each([
  'q=status:429&range=24h&cols=time,status,id',
  'q=-outcome:admitted&from=2026-11-24T10:00:00.000Z&to=2026-11-25T10:00:00.000Z',
  '',
])('a saved view opens as it was saved: %s', (params) => {
  const kept = keptOf(view(params));
  const opened = { ...view('q=other&range=1h&live=1&request=x&cols=id&zone=utc'), ...openingOf(kept) };
  expect(opened).toEqual({ ...view(params), zone: 'utc' });
  expect(isSameView(keptOf(opened), kept)).toBe(true);
});

test('views that ask for something else, or show other columns, are not the same', () => {
  const kept = keptOf(view('q=status:429&range=24h'));
  for (const other of ['q=status:403&range=24h', 'q=status:429', 'q=status:429&range=24h&cols=id'])
    expect(isSameView(kept, keptOf(view(other)))).toBe(false);
});
