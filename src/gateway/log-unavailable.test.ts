import { expect, test } from 'vitest';
import { makeFront } from '../../tests/support/gateway-front.ts';
import { JournalUnavailable } from '../features/logs/journal.ts';

let writable = true;
const append = async () => {
  if (!writable) throw new JournalUnavailable('the disk is full', null);
};

test('while the journal cannot be written nothing is served, and afterwards it is again', async () => {
  writable = true;
  const { ask, served, failures, close } = await makeFront(append);
  expect((await ask()).status).toBe(200);
  writable = false;
  for (let i = 0; i < 3; i++) {
    const response = await ask();
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: 'log.unavailable' });
  }
  // Only the request that found out came as far as the API.
  expect(served).toHaveLength(2);
  expect(failures).toHaveLength(1);
  writable = true;
  // The row of a refusal is the first that can be written again.
  expect((await ask()).status).toBe(503);
  expect((await ask()).status).toBe(200);
  await close();
});
