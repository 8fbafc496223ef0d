import { beforeAll, describe, expect, test } from 'vitest';
import { cronTiming } from './cron-timing.js';
import { loadCalendars } from './node-schedule.js';
import { parseCron } from './parse-cron.js';

beforeAll(loadCalendars);

/** The first ticks of a line after an instant. */
function ticks(line: string, after: string, count = 4): string[] {
  const timing = cronTiming(parseCron(line));
  const found: string[] = [];
  for (let at = Date.parse(after); found.length < count;) {
    at = timing(at);
    found.push(new Date(at).toISOString().replace(':00.000Z', 'Z').replace('.000Z', 'Z'));
  }
  return found;
}

test.each([
  ['0 3 * * * UTC', '2026-01-01T03:00:00Z', ['2026-01-02T03:00Z', '2026-01-03T03:00Z']],
  ['0 3 * * * UTC', '2026-01-01T02:59:59.999Z', ['2026-01-01T03:00Z', '2026-01-02T03:00Z']],
  ['*/15 * * * * UTC', '2026-01-01T00:50:10Z', ['2026-01-01T01:00Z', '2026-01-01T01:15Z']],
  ['*/20 * * * * * UTC', '2026-12-31T23:59:30Z', ['2026-12-31T23:59:40Z', '2027-01-01T00:00Z']],
  ['5/20 10 * * * UTC', '2026-01-01T00:00:00Z', ['2026-01-01T10:05Z', '2026-01-01T10:25Z']],
  ['0 0 29 2 * UTC', '2026-01-01T00:00:00Z', ['2028-02-29T00:00Z', '2032-02-29T00:00Z']],
  ['0 0 L * * UTC', '2027-01-31T00:00:00Z', ['2027-02-28T00:00Z', '2027-03-31T00:00Z']],
  ['0 0 -2 2 * UTC', '2027-01-31T00:00:00Z', ['2027-02-27T00:00Z', '2028-02-28T00:00Z']],
  ['0 9 * * mon#1 UTC', '2026-01-01T00:00:00Z', ['2026-01-05T09:00Z', '2026-02-02T09:00Z']],
  ['0 9 * * fri#-1 UTC', '2026-01-01T00:00:00Z', ['2026-01-30T09:00Z', '2026-02-27T09:00Z']],
  ['0 9 * * 5L UTC', '2026-01-31T00:00:00Z', ['2026-02-27T09:00Z', '2026-03-27T09:00Z']],
  ['0 9 1 * mon UTC', '2026-01-01T00:00:00Z', ['2026-01-01T09:00Z', '2026-01-05T09:00Z']],
  ['0 9 30 2 mon UTC', '2026-01-01T00:00:00Z', ['2026-02-02T09:00Z', '2026-02-09T09:00Z']],
  ['0 9 * jan-feb 7 UTC', '2026-02-20T00:00:00Z', ['2026-02-22T09:00Z', '2027-01-03T09:00Z']],
  ['0 22-1 * * fri-sat UTC', '2026-01-02T22:30:00Z', ['2026-01-02T23:00Z', '2026-01-03T00:00Z']],
  ['@weekly UTC', '2026-01-01T00:00:00Z', ['2026-01-04T00:00Z', '2026-01-11T00:00Z']],
  ['0 0 1 1 * +05:30', '2026-01-01T00:00:00Z', ['2026-12-31T18:30Z', '2027-12-31T18:30Z']],
])('%s after %s', (line, after, expected) => {
  expect(ticks(line, after, 2)).toEqual(expected);
});

describe('when the clocks are changed', () => {
  // The night, and the instant of the change, in spring and autumn of 2026.
  const zones = [
    { zone: 'Europe/Berlin', spring: '2026-03-29T01:00Z', autumn: '2026-10-25T01:00Z', winter: 1 },
    { zone: 'America/New_York', spring: '2026-03-08T07:00Z', autumn: '2026-11-01T06:00Z', winter: -5 },
    { zone: 'America/Santiago', spring: '2026-09-06T04:00Z', autumn: '2026-04-05T03:00Z', winter: -4 },
    { zone: 'Asia/Beirut', spring: '2026-03-28T22:00Z', autumn: '2026-10-24T21:00Z', winter: 2 },
  ];
  const hour = 3_600_000;
  const dayBefore = (change: string): string => new Date(Date.parse(change) - 20 * hour).toISOString();

  /** What the clocks of the zone would show half an hour after the change, had it not been. */
  const skipped = (change: string, winter: number): string => {
    const shown = new Date(Date.parse(change) + winter * hour + hour / 2);
    return `${shown.getUTCMinutes()} ${shown.getUTCHours()}`;
  };

  test.each(zones)(
    '$zone, spring: a time that is skipped comes as much later, once',
    ({ zone, spring, winter }) => {
      const found = ticks(`${skipped(spring, winter)} * * * ${zone}`, dayBefore(spring), 3).map(Date.parse);
      expect(found[0]).toBe(Date.parse(spring) + hour / 2);
      // From then on the clocks show it again.
      expect(found[1]! - found[0]!).toBe(23 * hour);
      expect(found[2]! - found[1]!).toBe(24 * hour);
    },
  );

  test.each(zones)(
    '$zone, autumn: a time that is shown twice comes once, the first time',
    ({ zone, autumn, winter }) => {
      // Half an hour before the change, in summer.
      const shown = new Date(Date.parse(autumn) + (winter + 1) * hour - hour / 2);
      const line = `${shown.getUTCMinutes()} ${shown.getUTCHours()} * * * ${zone}`;
      const found = ticks(line, dayBefore(autumn), 3).map(Date.parse);
      expect(found[0]).toBe(Date.parse(autumn) - hour / 2);
      expect(found[1]! - found[0]!).toBe(25 * hour);
      // Asked between the two, or in the second: the same.
      expect(ticks(line, new Date(Date.parse(autumn) + 60_000).toISOString(), 1).map(Date.parse)).toEqual([
        found[1],
      ]);
    },
  );

  test.each(zones)(
    '$zone: hourly lines have a tick every hour in both nights',
    ({ zone, spring, autumn }) => {
      for (const change of [spring, autumn]) {
        const found = ticks(`30 * * * * ${zone}`, dayBefore(change), 30).map(Date.parse);
        expect(new Set(found.slice(1).map((at, index) => at - found[index]!))).toEqual(new Set([hour]));
        const often = ticks(`*/10 * * * * ${zone}`, dayBefore(change), 200).map(Date.parse);
        expect(new Set(often.slice(1).map((at, index) => at - often[index]!))).toEqual(new Set([hour / 6]));
      }
    },
  );

  test.each(zones)(
    '$zone: a daily line has one tick a day, whatever the hour',
    ({ zone, spring, autumn }) => {
      for (const change of [spring, autumn]) {
        for (let half = 0; half < 48; half += 1) {
          const line = `${(half % 2) * 30} ${Math.floor(half / 2)} * * * ${zone}`;
          const found = ticks(line, new Date(Date.parse(change) - 84 * hour).toISOString(), 7).map(
            Date.parse,
          );
          expect(found.at(-1)! - found[0]!, line).toBeLessThanOrEqual(6 * 24 * hour + hour);
          expect(found.at(-1)! - found[0]!, line).toBeGreaterThanOrEqual(6 * 24 * hour - hour);
          expect([...found].sort((one, other) => one - other)).toEqual(found);
        }
      }
    },
  );

  test('Lord Howe jumps by half an hour', () => {
    expect(ticks('15 2 * * * Australia/Lord_Howe', '2026-10-03T00:00:00Z', 2)).toEqual([
      '2026-10-03T15:45Z',
      '2026-10-04T15:15Z',
    ]);
  });

  test('a day that Samoa skipped comes with the next one', () => {
    expect(ticks('0 12 * * * Pacific/Apia', '2011-12-29T12:00:00Z', 3)).toEqual([
      '2011-12-29T22:00Z',
      '2011-12-30T22:00Z',
      '2011-12-31T22:00Z',
    ]);
  });

  test('many ticks in the hour that is skipped come in the hour behind it', () => {
    const found = ticks('*/20 2,3 * * * Europe/Berlin', '2026-03-29T00:00:00Z', 5);
    expect(found).toEqual([
      '2026-03-29T01:00Z',
      '2026-03-29T01:20Z',
      '2026-03-29T01:40Z',
      '2026-03-30T00:00Z',
      '2026-03-30T00:20Z',
    ]);
  });
});

test('a thousand lines are computed within a second', () => {
  const startedAt = performance.now();
  for (let n = 0; n < 1_000; n += 1) {
    const timing = cronTiming(parseCron(`${n % 60} ${n % 24} ${(n % 28) + 1} * * Europe/Berlin`));
    expect(timing(Date.parse('2026-05-01T00:00:00Z'))).toBeGreaterThan(0);
  }
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
