import { describe, expect, test } from 'vitest';
import { ENGINES, testInstanceOn } from '../../../tests/support/instance.ts';
import { rawDatabase } from '../../../tests/support/raw-database.ts';
import { readRetention } from './policy.ts';

describe.each(ENGINES)('retention of an instance on %s', (engine) => {
  test('is 30 days of rows and 13 months of sums in any size, until somebody says otherwise', async () => {
    const { ask, place } = await testInstanceOn(engine);
    expect(await ask.retention.show()).toEqual({
      rawDays: 30,
      rollupDays: 397,
      maxBytes: null,
      logBytes: 0,
      oldestRow: null,
    });
    const wanted = { rawDays: 7, rollupDays: 90, maxBytes: 10e9 };
    expect(await ask.retention.set(wanted)).toMatchObject(wanted);
    const raw = rawDatabase(place);
    expect(await raw.read(readRetention())).toEqual(wanted);
    await ask.retention.set({ ...wanted, maxBytes: null });
    expect(await ask.retention.show()).toMatchObject({ ...wanted, maxBytes: null });
  });

  test('is changed on the record, with before and after', async () => {
    const { ask } = await testInstanceOn(engine);
    const wanted = { rawDays: 7, rollupDays: 90, maxBytes: null };
    await ask.retention.set(wanted);
    const { items } = await ask.audit.list({ filter: { action: 'retention.set' } });
    expect(items).toMatchObject([
      { actor: 'os:tester', before: { rawDays: 30, rollupDays: 397, maxBytes: null }, after: wanted },
    ]);
  });

  test('is refused where it could not be kept to', async () => {
    const { ask } = await testInstanceOn(engine);
    for (const wrong of [{ rawDays: 0 }, { rollupDays: 30 }, { maxBytes: 1_000 }, { rawDays: 1.5 }])
      await expect(
        ask.retention.set({ rawDays: 30, rollupDays: 397, maxBytes: null, ...wrong }),
      ).rejects.toThrow();
  });
});
