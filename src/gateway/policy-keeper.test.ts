import { expect, onTestFinished, test } from 'vitest';
import { testInstance } from '../../tests/support/instance.ts';
import { systemClock } from '../base/clock.ts';
import { openSqlite } from '../db/open.ts';
import { placeOfFile } from '../db/place.ts';
import { catalogueOf } from '../features/endpoints/catalogue.ts';
import { keepKeys } from '../features/tokens/key-ring.ts';
import { keepPolicy } from './policy-keeper.ts';

async function keeping() {
  const { ask, file } = await testInstance();
  const [reader, writer] = [openSqlite(file, { readonly: true }), openSqlite(file)];
  onTestFinished(() => {
    reader.close();
    writer.close();
  });
  const start = () =>
    keepPolicy(reader, {
      keys: keepKeys(placeOfFile(file)),
      catalogue: catalogueOf({ openapi: '3.1.0', paths: { '/open': { get: { operationId: 'open' } } } }),
      open: new Set(),
      clock: systemClock,
      onReset: () => undefined,
      onFailure: () => undefined,
    });
  return { ask, writer, start };
}

test('a changed IP rule is read alone: what it costs does not depend on how many there are', async () => {
  const { ask, writer, start } = await keeping();
  const [first, other] = [
    await ask.ipRules.add({ range: '10.0.0.0/8' }),
    await ask.ipRules.add({ range: '192.0.2.0/24' }),
  ];
  const keeper = start();
  const ruleOf = (address: string) => keeper.policy.rangesOf('')?.ranges.match(address)?.id;
  // Behind the keeper's back, and unreadable: whoever read it again would fail.
  writer.prepare("UPDATE ip_rule SET range = 'nonsense' WHERE id = ?").run(other.id);

  const added = await ask.ipRules.add({ range: '198.51.100.0/24' });
  keeper.refresh();
  expect(ruleOf('198.51.100.1')).toBe(added.id);
  await ask.ipRules.update({ id: first.id, range: '203.0.113.0/24' });
  keeper.refresh();
  expect([ruleOf('10.0.0.1'), ruleOf('203.0.113.1')]).toEqual([undefined, first.id]);
  await ask.ipRules.remove({ id: added.id });
  keeper.refresh();
  expect([ruleOf('198.51.100.1'), ruleOf('192.0.2.1')]).toEqual([undefined, other.id]);
});

test('a change that names no IP rule, as an older release wrote it, is of all of them', async () => {
  const { ask, writer, start } = await keeping();
  const { id } = await ask.ipRules.add({ range: '10.0.0.0/8' });
  const keeper = start();
  writer.prepare("UPDATE ip_rule SET range = '192.0.2.0/24' WHERE id = ?").run(id);
  writer.prepare("INSERT INTO policy_change (kind, entity, at) VALUES ('ip', '', 0)").run();
  keeper.refresh();
  expect(keeper.policy.rangesOf('')?.ranges.match('192.0.2.1')?.id).toBe(id);
});
