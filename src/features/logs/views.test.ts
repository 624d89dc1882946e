import { describe, expect, test } from 'vitest';
import { ENGINES, refusal, testInstanceOn } from '../../../tests/support/instance.ts';

const view = { name: 'Limited', query: 'reason:limit.*', range: '24h', columns: ['time', 'token'] };

describe.each(ENGINES)('saved views on %s', (engine) => {
  test('are kept for everyone, by name, as they were saved', async () => {
    const { ask } = await testInstanceOn(engine);
    const saved = await ask.logs.views.save(view);
    expect(saved).toEqual({ ...view, id: expect.any(String), createdBy: 'os:tester' });
    const all = { name: 'all', query: '', range: null, columns: null };
    await ask.logs.views.save(all);
    expect(await ask.logs.views.list()).toEqual([
      { ...all, id: expect.any(String), createdBy: 'os:tester' },
      saved,
    ]);
  });

  test('take the place of the one with their name, in whatever capitals', async () => {
    const { ask } = await testInstanceOn(engine);
    const { id } = await ask.logs.views.save({ ...view, name: 'Straße Ärger' });
    const other = { ...view, name: 'STRAßE ÄRGER', query: 'status:429', range: null };
    expect(await ask.logs.views.save(other)).toEqual({ ...other, id, createdBy: 'os:tester' });
    expect(await ask.logs.views.list()).toHaveLength(1);
  });

  test('are removed, and then are not there', async () => {
    const { ask } = await testInstanceOn(engine);
    const { id } = await ask.logs.views.save(view);
    await ask.logs.views.remove({ id });
    expect(await ask.logs.views.list()).toEqual([]);
    expect(await refusal(ask.logs.views.remove({ id }))).toEqual({
      code: 'id.unknown',
      data: { kind: 'view', id },
    });
  });

  test('are only saved with a query that can be read', async () => {
    const { ask } = await testInstanceOn(engine);
    expect(await refusal(ask.logs.views.save({ ...view, query: 'stat:200' }))).toEqual({
      code: 'filter.invalid',
      data: { field: 'query', detail: 'there is no field "stat"; did you mean status? (at character 1)' },
    });
    expect(await ask.logs.views.list()).toEqual([]);
  });

  test('are in the audit log with what they were before, unless nothing changed', async () => {
    const { ask } = await testInstanceOn(engine);
    const { id } = await ask.logs.views.save(view);
    await ask.logs.views.save(view);
    await ask.logs.views.save({ ...view, query: 'status:429' });
    await ask.logs.views.remove({ id });
    const { items } = await ask.audit.list({});
    const subject = { kind: 'log_view', id, name: 'Limited' };
    expect(items).toMatchObject([
      { action: 'log_view.remove', subject, before: { ...view, query: 'status:429' }, after: null },
      { action: 'log_view.save', subject, before: view, after: { ...view, query: 'status:429' } },
      { action: 'log_view.save', subject, before: null, after: view },
    ]);
  });
});
