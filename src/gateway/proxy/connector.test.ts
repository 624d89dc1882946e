import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { expect, test } from 'vitest';
import { guardAddresses } from '../../features/upstream/address-guard.ts';
import { createConnector } from './connector.ts';

test.each([
  ['169.254.169.254', true],
  ['::ffff:169.254.169.254', true],
  ['::ffff:a9fe:a9fe', true],
  ['64:ff9b::a9fe:a9fe', true],
  ['2002:a9fe:a9fe::1', true],
  ['fd00:ec2::254', true],
  ['fe80::1%eth0', true],
  ['0.0.0.0', true],
  ['0.1.2.3', true],
  ['::', true],
  ['224.0.0.1', true],
  ['ff02::1', true],
  ['255.255.255.255', true],
  ['not an address', true],
  ['127.0.0.1', false],
  ['::1', false],
  ['10.0.0.1', false],
  ['fd00::1', false],
  ['203.0.113.9', false],
  ['169.253.255.255', false],
  ['169.255.0.0', false],
])('%s: denied %s', (address, denied) => {
  expect(guardAddresses([]).refuse(address) !== null).toBe(denied);
});

test('the owner can open what is denied, and only that', () => {
  const guard = guardAddresses(['169.254.7.0/24']);
  expect(guard.refuse('169.254.7.9')).toBeNull();
  expect(guard.refuse('169.254.169.254')).toContain('link-local');
});

/** What a request to `origin` comes to where names lead to what `answers` says next. */
async function reach(origin: string, answers: LookupAddress[][], allow: string[] = []): Promise<string> {
  const connect = createConnector(guardAddresses(allow), 1_000, (_, __, done) =>
    done(null, answers.shift() ?? []),
  );
  const pool = new Pool(origin, { connect, keepAliveTimeout: 1 });
  try {
    const { statusCode, body } = await pool.request({ path: '/', method: 'GET', reset: true });
    await body.dump();
    return String(statusCode);
  } catch (thrown) {
    return String((thrown as NodeJS.ErrnoException).code);
  } finally {
    await pool.destroy();
  }
}

test('every look-up is judged when it is connected to: a name that is bound anew gets nowhere', async () => {
  const server = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const good = { address: '127.0.0.1', family: 4 };
  const bad = { address: '169.254.169.254', family: 4 };
  const mapped = { address: '::ffff:169.254.169.254', family: 6 };
  const answers = [[good], [bad], [bad, good], [mapped], []];
  const origin = `http://api.test:${port}`;
  const connect = () => reach(origin, answers);
  expect(await connect()).toBe('200');
  expect(await connect()).toBe('ADDRESS_DENIED');
  expect(await connect()).toBe('200');
  expect(await connect()).toBe('ADDRESS_DENIED');
  expect(await connect()).toBe('ADDRESS_DENIED');
  server.close();
});

test('an address in place of a name is judged, too', async () => {
  for (const host of ['169.254.169.254', '[::ffff:169.254.169.254]', '[fd00:ec2::254]', '2852039166', '0'])
    expect(await reach(new URL(`http://${host}`).origin, [])).toBe('ADDRESS_DENIED');
});
