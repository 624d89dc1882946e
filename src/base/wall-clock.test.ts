import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from './clock.ts';
import { isTimeZone, wallClockSteps, zoneOffsetAt } from './wall-clock.ts';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'America/Havana',
  'Africa/Casablanca',
  'Pacific/Apia',
] as const;

const stepsOf = (from: string, to: string, step: number, zone: string) =>
  wallClockSteps(Date.parse(from), Date.parse(to), step, zone);
const lengths = (steps: readonly number[], unit = HOUR) =>
  steps.slice(1).map((end, at) => (end - (steps[at] as number)) / unit);

describe('a zone’s offset', () => {
  test.each([
    ['2026-01-10T00:00:00Z', 'Europe/Berlin', 60],
    ['2026-07-10T00:00:00Z', 'Europe/Berlin', 120],
    ['2026-07-10T00:00:00Z', 'Asia/Kathmandu', 345],
    ['2026-07-10T00:00:00Z', 'Australia/Lord_Howe', 630],
    ['2026-12-10T00:00:00Z', 'Australia/Lord_Howe', 660],
    ['2026-12-10T00:00:00.999Z', 'America/New_York', -300],
    ['2026-12-10T00:00:00Z', 'UTC', 0],
  ])('at %s in %s is %i minutes', (time, zone, minutes) => {
    expect(zoneOffsetAt(Date.parse(time), zone)).toBe(minutes * MINUTE);
  });

  test('is a number at any time that a date can be', () => {
    for (const time of [-8.64e15, 8.64e15, -1])
      expect(Math.abs(zoneOffsetAt(time, 'Europe/Berlin'))).toBeLessThan(DAY);
  });

  test('is of zones that there are', () => {
    expect(['Europe/Berlin', 'UTC', 'Asia/Katmandu'].map(isTimeZone)).toEqual([true, true, true]);
    expect(['', 'Berlin', 'Europe/Berlin; DROP'].map(isTimeZone)).toEqual([false, false, false]);
  });
});

describe('steps by the wall clock', () => {
  test('a day on which clocks go forward has 23 hours, one on which they go back 25', () => {
    expect(stepsOf('2026-03-28T23:00Z', '2026-03-29T22:00Z', HOUR, 'Europe/Berlin')).toHaveLength(24);
    const back = stepsOf('2026-10-24T22:00Z', '2026-10-25T23:00Z', HOUR, 'Europe/Berlin');
    expect(lengths(back)).toEqual(Array.from({ length: 25 }, () => 1));
    expect(lengths(stepsOf('2026-10-31T04:00Z', '2026-11-02T05:00Z', DAY, 'America/New_York'))).toEqual([
      24, 25,
    ]);
    expect(lengths(stepsOf('2026-03-07T05:00Z', '2026-03-09T04:00Z', DAY, 'America/New_York'))).toEqual([
      24, 23,
    ]);
  });

  test('hours together hold what is repeated or left out', () => {
    const spring = stepsOf('2026-03-28T23:00Z', '2026-03-29T22:00Z', 3 * HOUR, 'Europe/Berlin');
    expect(lengths(spring)).toEqual([2, 3, 3, 3, 3, 3, 3, 3]);
    const autumn = stepsOf('2026-10-24T22:00Z', '2026-10-25T23:00Z', 3 * HOUR, 'Europe/Berlin');
    expect(lengths(autumn)).toEqual([4, 3, 3, 3, 3, 3, 3, 3]);
  });

  test('half an hour of summer time makes an hour longer or shorter', () => {
    const back = stepsOf('2026-04-04T13:00Z', '2026-04-04T17:30Z', HOUR, 'Australia/Lord_Howe');
    expect(lengths(back)).toEqual([1, 1.5, 1, 1]);
    const forth = stepsOf('2026-10-03T13:30Z', '2026-10-03T17:00Z', HOUR, 'Australia/Lord_Howe');
    expect(lengths(forth)).toEqual([1, 1, 0.5, 1]);
    const halves = stepsOf('2026-04-04T13:00Z', '2026-04-04T17:30Z', HOUR / 2, 'Australia/Lord_Howe');
    expect(lengths(halves, HOUR / 2)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1]);
  });

  test('days and hours begin on the clock of a zone with an odd offset', () => {
    const days = stepsOf('2026-11-01T00:00Z', '2026-11-03T00:00Z', DAY, 'Asia/Kathmandu');
    expect(days.slice(1, -1).map((time) => new Date(time).toISOString())).toEqual([
      '2026-11-01T18:15:00.000Z',
      '2026-11-02T18:15:00.000Z',
    ]);
  });

  test('a day whose midnight comes twice begins once, and one whose midnight is skipped when it does', () => {
    expect(lengths(stepsOf('2026-10-31T04:00Z', '2026-11-03T05:00Z', DAY, 'America/Havana'))).toEqual([
      24, 25, 24,
    ]);
    expect(lengths(stepsOf('2026-03-07T05:00Z', '2026-03-10T04:00Z', DAY, 'America/Havana'))).toEqual([
      24, 23, 24,
    ]);
  });

  test('a day that was left out of the calendar is none', () => {
    expect(lengths(stepsOf('2011-12-28T10:00Z', '2012-01-01T10:00Z', DAY, 'Pacific/Apia'))).toEqual([
      24, 24, 24, 24,
    ]);
  });

  test('weeks begin on Mondays', () => {
    const steps = stepsOf('2026-11-01T00:00Z', '2026-12-01T00:00Z', 7 * DAY, 'Europe/Berlin');
    const inBerlin = { timeZone: 'Europe/Berlin', weekday: 'long' } as const;
    const days = steps.slice(1, -1).map((time) => new Date(time).toLocaleDateString('en', inBerlin));
    expect(days).toEqual(['Monday', 'Monday', 'Monday', 'Monday', 'Monday']);
  });

  test('go up from the start to the end, and each begins at a multiple of the step or at a change of the clock', () => {
    const steps = [5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY];
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.constantFrom(...steps),
        fc.date({ min: new Date('2010-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
        fc.integer({ min: 1, max: 300 * DAY }),
        (zone, step, start, length) => {
          const from = start.getTime();
          const to = from + Math.min(length, 500 * step);
          const parts = wallClockSteps(from, to, step, zone);
          expect([parts[0], parts.at(-1)]).toEqual([from, to]);
          for (const [at, part] of parts.entries()) {
            if (at > 0) expect(part).toBeGreaterThan(parts[at - 1] as number);
            if (at === 0 || at === parts.length - 1) continue;
            const wall = part + zoneOffsetAt(part, zone);
            const changes = zoneOffsetAt(part - 1, zone) !== zoneOffsetAt(part, zone);
            const phase = step % (7 * DAY) === 0 ? 4 * DAY : 0;
            expect(changes || (wall - phase) % step === 0).toBe(true);
          }
          for (const length of lengths(parts, 1)) expect(length).toBeLessThanOrEqual(step + DAY);
        },
      ),
      { numRuns: 300 },
    );
  });
});
