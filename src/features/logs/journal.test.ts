import fs from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { JournalUnavailable } from './journal.ts';
import { journalFolder } from './paths.ts';
import { listSegments, readLines, segmentPath } from './segments.ts';
import { decodeRecord } from './stored-record.ts';
import { makeInstance, makeRecord, openJournalOf } from './testing.ts';

afterEach(() => vi.restoreAllMocks());

const recordsIn = (file: string) =>
  listSegments(journalFolder(file)).flatMap((segment) =>
    readLines(segmentPath(journalFolder(file), segment), 0, 1e6, 1e8).lines.map((line) =>
      line.json === null ? null : decodeRecord(line.json),
    ),
  );

describe('the request journal', () => {
  test('has every record whose append resolved, as it was', async () => {
    const file = await makeInstance();
    const journal = openJournalOf(file);
    const records = Array.from({ length: 300 }, (_, n) =>
      makeRecord({ path: `/v1/shifts/é→${n}\u{1F600}\ud800`, userAgent: 'x'.repeat(n * 20) }),
    );
    await Promise.all(records.map((record) => journal.append(record)));
    expect(recordsIn(file)).toEqual(records.map((record) => JSON.parse(JSON.stringify(record))));
    await journal.close();
  });

  test('writes all that is appended in one turn of the event loop at once', async () => {
    const file = await makeInstance();
    const journal = openJournalOf(file);
    const write = vi.spyOn(fs, 'writeSync');
    await Promise.all(Array.from({ length: 50 }, () => journal.append(makeRecord())));
    expect(write).toHaveBeenCalledTimes(1);
    await journal.close();
  });

  test('begins a new segment with every start, and at the size of a segment', async () => {
    const file = await makeInstance();
    const first = openJournalOf(file, { segmentBytes: 2_000 });
    for (let n = 0; n < 6; n++) await first.append(makeRecord());
    await first.close();
    const before = listSegments(journalFolder(file));
    expect(before.length).toBeGreaterThan(1);
    const second = openJournalOf(file);
    expect(listSegments(journalFolder(file))).toEqual([...before, (before.at(-1) ?? 0) + 1]);
    await second.close();
  });

  test('is readable for its owner only', async () => {
    const file = await makeInstance();
    const journal = openJournalOf(file);
    await journal.close();
    expect(fs.statSync(journalFolder(file)).mode & 0o777).toBe(0o700);
    expect(fs.statSync(segmentPath(journalFolder(file), 1)).mode & 0o777).toBe(0o600);
  });

  test('refuses at its bound, and accepts again once segments are gone', async () => {
    const file = await makeInstance();
    let now = 0;
    const clock = { now: () => now, monotonic: () => now };
    const journal = openJournalOf(file, { maxBytes: 5_000, segmentBytes: 2_000, clock });
    const append = () =>
      journal.append(makeRecord()).then(
        () => true,
        (error) => error,
      );
    const outcomes = [];
    for (let n = 0; n < 10; n++) outcomes.push(await append());
    expect(outcomes[0]).toBe(true);
    expect(outcomes.at(-1)).toBeInstanceOf(JournalUnavailable);
    fs.unlinkSync(segmentPath(journalFolder(file), 1));
    now = 1_000;
    expect(await append()).toBe(true);
    await journal.close();
  });

  test('after a write that stopped half-way (full disk) takes the half back and goes on in another segment', async () => {
    const file = await makeInstance();
    const journal = openJournalOf(file);
    await journal.append(makeRecord({ path: '/one' }));
    const real = fs.writeSync;
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const write = vi.spyOn(fs, 'writeSync') as unknown as { mockImplementationOnce(f: unknown): void };
    write.mockImplementationOnce((fd: number, buffer: Buffer, offset: number, length: number, at: number) =>
      real(fd, buffer, offset, Math.floor(length / 2), at),
    );
    write.mockImplementationOnce(() => {
      throw full;
    });
    const failed = await journal.append(makeRecord({ path: '/two' })).catch((error) => error);
    expect(failed).toBeInstanceOf(JournalUnavailable);
    expect(failed.cause).toBe(full);
    await journal.append(makeRecord({ path: '/three' }));
    expect(recordsIn(file).map((record) => record?.path)).toEqual(['/one', '/three']);
    expect(listSegments(journalFolder(file))).toHaveLength(2);
    await journal.close();
  });

  test('goes on in another segment also where the half cannot be taken back', async () => {
    const file = await makeInstance();
    const journal = openJournalOf(file);
    await journal.append(makeRecord({ path: '/one' }));
    const real = fs.writeSync;
    const fails = () => {
      throw Object.assign(new Error('i/o error'), { code: 'EIO' });
    };
    const write = vi.spyOn(fs, 'writeSync') as unknown as { mockImplementationOnce(f: unknown): void };
    write.mockImplementationOnce((fd: number, buffer: Buffer, offset: number, length: number, at: number) =>
      real(fd, buffer, offset, length - 5, at),
    );
    write.mockImplementationOnce(fails);
    vi.spyOn(fs, 'ftruncateSync').mockImplementationOnce(fails);
    const failed = await journal.append(makeRecord({ path: '/two' })).catch((error) => error);
    expect(failed).toBeInstanceOf(JournalUnavailable);
    const bytes = fs.readFileSync(segmentPath(journalFolder(file), 1));
    await journal.append(makeRecord({ path: '/three' }));
    expect(fs.readFileSync(segmentPath(journalFolder(file), 1)).equals(bytes)).toBe(true);
    expect(recordsIn(file).map((record) => record?.path)).toEqual(['/one', '/three']);
    await journal.close();
  });

  test('a write in several pieces is whole', async () => {
    const file = await makeInstance();
    const journal = openJournalOf(file);
    const real = fs.writeSync;
    const write = vi.spyOn(fs, 'writeSync') as unknown as { mockImplementation(f: unknown): void };
    write.mockImplementation((fd: number, buffer: Buffer, offset: number, length: number, at: number) =>
      real(fd, buffer, offset, Math.min(length, 100), at),
    );
    const record = makeRecord();
    await journal.append(record);
    expect(recordsIn(file)).toEqual([record]);
    await journal.close();
  });

  test('with durability power resolves only after the sync, and rejects when it fails', async () => {
    const file = await makeInstance();
    const journal = openJournalOf(file, { durability: 'power' });
    const sync = vi.spyOn(fs, 'fdatasync') as unknown as { mockImplementationOnce(f: unknown): void };
    let finish: ((error: Error | null) => void) | undefined;
    const asked = new Promise<void>((resolve) => {
      sync.mockImplementationOnce((_fd: number, done: (error: Error | null) => void) => {
        finish = done;
        resolve();
      });
    });
    let resolved = false;
    const appended = journal.append(makeRecord()).then(() => {
      resolved = true;
    });
    await asked;
    expect(resolved).toBe(false);
    finish?.(null);
    await appended;
    sync.mockImplementationOnce((_fd: number, done: (error: Error) => void) => done(new Error('EIO')));
    await expect(journal.append(makeRecord())).rejects.toBeInstanceOf(JournalUnavailable);
    await journal.append(makeRecord());
    await journal.close();
  });

  test('refuses after it was closed', async () => {
    const journal = openJournalOf(await makeInstance());
    await journal.close();
    await expect(journal.append(makeRecord())).rejects.toBeInstanceOf(JournalUnavailable);
  });
});
