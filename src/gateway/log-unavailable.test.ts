import { expect, test } from 'vitest';
import { makeFront } from '../../tests/support/gateway-front.ts';
import { answersIn, sendRaw } from '../../tests/support/raw-connection.ts';
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

test('a write whose body came while the journal was known to be away has no effect', async () => {
  writable = true;
  const { ask, served, close } = await makeFront(append);
  const { readable, writable: sent } = new TransformStream<Uint8Array, Uint8Array>();
  const body = sent.getWriter();
  const asked = ask({ method: 'POST', body: readable, duplex: 'half' } as RequestInit);
  await body.write(new TextEncoder().encode('{'));
  writable = false;
  // Asked later and answered: the head of the first request has been judged.
  expect((await ask()).status).toBe(503);
  await body.write(new TextEncoder().encode('}'));
  await body.close();
  const response = await asked;
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ code: 'log.unavailable' });
  expect(served).toEqual(['read']);
  await close();
});

test('503 closes the connection where the answer in its place would have, and says so once', async () => {
  writable = false;
  const { address, drain, close } = await makeFront(append);
  const broken = 'POST /open HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n';
  for (let i = 0; i < 2; i++) {
    const text = await sendRaw(address, broken);
    expect(answersIn(text).statuses).toEqual([503]);
    expect(text.match(/^connection: .*$/gim)).toEqual(['Connection: close']);
    drain();
  }
  await close();
});
