import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimal, epochTime, INVALID, isoTime, localTime } from './values.ts';

const reading = (read: (bytes: Uint8Array, from: number, to: number) => number) => (text: string) => {
  const bytes = Buffer.from(`x${text}y`);
  return read(bytes, 1, bytes.length - 1);
};
const [iso, local, epoch, number] = [isoTime, localTime, epochTime, decimal].map(reading) as [
  (text: string) => number,
  (text: string) => number,
  (text: string) => number,
  (text: string) => number,
];

test('an instant is read as Date reads it', () => {
  const times = fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(times, (date) => {
      expect(iso(date.toISOString())).toBe(date.getTime());
      expect(iso(date.toISOString().replace('Z', '+00:00'))).toBe(date.getTime());
    }),
  );
  expect(iso('2026-11-24T10:00:00+02:00')).toBe(Date.UTC(2026, 10, 24, 8));
  expect(iso('2026-11-24 10:00:00,250Z')).toBe(Date.UTC(2026, 10, 24, 10, 0, 0, 250));
});

test.each([
  '2026-02-30T00:00:00.000Z',
  '2026-01-01T24:00:00.000Z',
  '2026-1-01T00:00:00.000Z',
  '',
  'now',
  '2026-11-24T10:00:00',
  '1969-12-31T23:59:59.999Z',
  '2026-11-24T1a:00:00.000Z',
])('%s is no instant', (text) => expect(iso(text)).toBe(INVALID));

test('the time of an access log has the zone it says', () => {
  expect(local('24/Nov/2026:10:00:00 +0100')).toBe(Date.UTC(2026, 10, 24, 9));
  expect(local('29/Feb/2028:23:59:60 -0330')).toBe(Date.UTC(2028, 2, 1, 3, 30));
  for (const text of [
    '30/Feb/2028:10:00:00 +0000',
    '24/Nox/2026:10:00:00 +0000',
    '24/Nov/2026:10:00:00 0000',
  ])
    expect(local(text)).toBe(INVALID);
});

test('seconds and milliseconds since 1970 are told apart', () => {
  expect(epoch('1795514400.123')).toBe(1_795_514_400_123);
  expect(epoch('1795514400123')).toBe(1_795_514_400_123);
});

test('a number is exactly what Number makes of it', () => {
  const digits = fc.stringMatching(/^\d{1,12}(\.\d{1,12})?$/);
  fc.assert(
    fc.property(fc.oneof(digits, fc.double({ min: 0, max: 1e15, noNaN: true }).map(String)), (text) => {
      expect(number(text)).toBe(Number(text));
    }),
  );
  for (const text of ['', '-1', '1e999', '0x10', '1 2', 'NaN', '.']) expect(number(text)).toBe(INVALID);
});
