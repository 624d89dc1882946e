import { join } from 'node:path';
import { ORPCError } from '@orpc/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeCertificate } from '../../tests/support/certificate.ts';
import { handClock, testFolder } from '../../tests/support/instance.ts';
import { MINUTE } from '../base/clock.ts';
import { placeOfFile } from '../db/place.ts';
import { openHost } from '../host.ts';
import { type Keychain, memoryKeychain } from '../keychain/keychain.ts';
import { KEYCHAIN_SERVICE, keychainAccount } from '../remote/kept-credential.ts';
import { ServerSession } from '../remote/session.ts';
import { isCertificateRefused, lookAtCertificate, PinMismatch, trustedFetch } from '../remote/trust.ts';
import { startAdminServer } from './server.ts';
import { readTls } from './tls.ts';

const PASSWORD = 'correct horse battery';

/** A server with an account, over TLS with a certificate that no system trusts. */
async function openServer(port = 0, file = join(testFolder(), 'instance.db')) {
  const host = await openHost({ place: placeOfFile(file), actor: 'os:tester', gateway: 'here' });
  const { cert, key } = makeCertificate(testFolder(), 'gatehouse.test');
  const door = await startAdminServer(host, { port, tls: readTls(cert, key) });
  let open = true;
  const close = async () => {
    if (!open) return;
    open = false;
    await door.close();
    await host.close();
  };
  onTestFinished(close);
  const names = (await host.client.admins.list()).map(({ name }) => name);
  if (!names.includes('ada'))
    await host.client.admins.add({ name: 'ada', role: 'admin', password: PASSWORD });
  return { file, host, url: door.address, close };
}

const pinOf = async (url: string) => (await lookAtCertificate(new URL(url))).certificate.pin;

function sessionWith(url: string, pin: string | null, keychain: Keychain = memoryKeychain()) {
  const clock = handClock(Date.now());
  const reach = trustedFetch(pin);
  onTestFinished(() => reach.close());
  const account = { url, user: 'ada' };
  return { clock, keychain, account, session: new ServerSession(account, reach, keychain, clock) };
}

describe('trust', () => {
  test('a certificate that the system does not trust is shown with its reason, and refused until it is pinned', async () => {
    const { url } = await openServer();
    const { certificate, problem } = await lookAtCertificate(new URL(url));
    expect(problem).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(certificate).toMatchObject({
      subject: 'CN=gatehouse.test',
      names: 'DNS:gatehouse.test, IP Address:127.0.0.1',
    });
    expect(certificate.pin).toMatch(/^[0-9A-Za-z+/]{43}=$/);
    const { session: without } = sessionWith(url, null);
    await expect(without.signIn(PASSWORD)).rejects.toSatisfy(isCertificateRefused);
    const { session } = sessionWith(url, certificate.pin);
    await session.signIn(PASSWORD);
    expect(await session.client.instance.info()).toMatchObject({ actor: 'admin:ada' });
  });

  test('a server with another key gets nothing, neither password nor credential', async () => {
    const { url, file, close } = await openServer();
    const { session } = sessionWith(url, await pinOf(url));
    await session.signIn(PASSWORD);
    await close();
    const swapped = await openServer(Number(new URL(url).port), file);
    const mismatch = await session.client.instance.info().then(
      () => null,
      (thrown: Error) => thrown,
    );
    expect(mismatch).toBeInstanceOf(PinMismatch);
    expect((mismatch as PinMismatch).certificate.pin).toBe(await pinOf(swapped.url));
    await expect(session.signIn(PASSWORD)).rejects.toBeInstanceOf(PinMismatch);
  });
});

describe('a session with a server', () => {
  test('renews its access by itself, once for all calls that wait for it', async () => {
    const { url } = await openServer();
    const { session, clock, keychain, account } = sessionWith(url, await pinOf(url));
    await session.signIn(PASSWORD);
    const first = await keychain.getPassword(KEYCHAIN_SERVICE, keychainAccount(account));
    clock.move(20 * MINUTE);
    await Promise.all(Array.from({ length: 20 }, () => session.client.instance.info()));
    const second = await keychain.getPassword(KEYCHAIN_SERVICE, keychainAccount(account));
    expect(second).not.toBe(first);
    expect(await session.client.instance.info()).toMatchObject({ actor: 'admin:ada' });
  });

  test('goes on in another process from what the keychain has', async () => {
    const { url } = await openServer();
    const pin = await pinOf(url);
    const { session, keychain } = sessionWith(url, pin);
    await session.signIn(PASSWORD);
    const { session: later } = sessionWith(url, pin, keychain);
    expect(await later.isSignedIn()).toBe(true);
    expect(await later.client.instance.info()).toMatchObject({ actor: 'admin:ada' });
  });

  test('that was revoked is forgotten, and nobody is signed in', async () => {
    const { url, host } = await openServer();
    const { session, keychain } = sessionWith(url, await pinOf(url));
    await session.signIn(PASSWORD);
    for (const { id } of await host.client.admins.sessions.list())
      await host.client.admins.sessions.revoke({ id });
    const refused = await session.client.instance.info().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(refused).toBeInstanceOf(ORPCError);
    expect(await session.isSignedIn()).toBe(false);
    expect(await keychain.findCredentials(KEYCHAIN_SERVICE)).toEqual([]);
  });

  test('ends with signing out, here and at the server', async () => {
    const { url, host } = await openServer();
    const { session, keychain } = sessionWith(url, await pinOf(url));
    await session.signIn(PASSWORD);
    await session.signOut();
    expect(await session.isSignedIn()).toBe(false);
    expect(await keychain.findCredentials(KEYCHAIN_SERVICE)).toEqual([]);
    expect((await host.client.admins.sessions.list()).map(({ ended }) => ended)).toEqual(['signed-out']);
  });

  test('a wrong password is refused, and keeps nothing', async () => {
    const { url } = await openServer();
    const { session, keychain } = sessionWith(url, await pinOf(url));
    await expect(session.signIn('wrong horse battery')).rejects.toMatchObject({ code: 'REFUSED' });
    expect(await keychain.findCredentials(KEYCHAIN_SERVICE)).toEqual([]);
  });

  test('a server that is away is an error, not the end of the session', async () => {
    const { url, close } = await openServer();
    const { session, clock } = sessionWith(url, await pinOf(url));
    await session.signIn(PASSWORD);
    await close();
    clock.move(20 * MINUTE);
    const failure = await session.client.instance.info().catch((thrown: unknown) => thrown);
    expect(failure).not.toBeInstanceOf(ORPCError);
    expect(isCertificateRefused(failure)).toBe(false);
    expect(await session.isSignedIn()).toBe(true);
  });
});
