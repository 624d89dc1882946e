import { expect, test } from 'vitest';
import { memoryKeychain } from '../../keychain/keychain.ts';
import { KEYCHAIN_SERVICE } from '../../remote/kept-credential.ts';
import { changeSecrets, readSecrets } from './secrets.ts';

const [one, other] = ['0190f3c0-0000-7000-8000-000000000001', '0190f3c0-0000-7000-8000-000000000002'];

test('each connection has secrets of its own; what is not named stays, what is null goes', async () => {
  const keychain = memoryKeychain();
  expect(await readSecrets(keychain, one)).toEqual({ password: null, key: null });
  await changeSecrets(keychain, one, { password: 'hunter22', key: 'ghk1_a' });
  await changeSecrets(keychain, other, { password: 'other' });
  await changeSecrets(keychain, one, { password: 'hunter23' });
  expect(await readSecrets(keychain, one)).toEqual({ password: 'hunter23', key: 'ghk1_a' });
  expect(await readSecrets(keychain, other)).toEqual({ password: 'other', key: null });
  await changeSecrets(keychain, one, { password: null, key: null });
  expect(await readSecrets(keychain, one)).toEqual({ password: null, key: null });
  expect(await keychain.findCredentials(KEYCHAIN_SERVICE)).toHaveLength(1);
});
