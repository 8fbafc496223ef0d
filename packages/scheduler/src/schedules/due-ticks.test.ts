import { beforeAll, describe, expect, test } from 'vitest';
import { cronTiming } from '../cron/cron-timing.js';
import { loadCalendars } from '../cron/node-schedule.js';
import { parseCron } from '../cron/parse-cron.js';
import type { Calling } from './calling.js';
import { dueTicks, mostCaughtUp } from './due-ticks.js';

beforeAll(loadCalendars);

const at = (text: string): number => Date.parse(`2026-${text}Z`);
const cron = (line: string): Calling => {
  const timing = cronTiming(parseCron(`${line} UTC`));
  return { key: line, after: (_since, from) => timing(from) };
};
const due = (calling: Calling, catchUp: 'none' | 'last' | 'all', decided: string, now: string): string[] =>
  dueTicks({ calling, sinceMs: 0, decidedMs: at(decided), nowMs: at(now), catchUp }).map((tick) =>
    new Date(tick).toISOString().slice(5, 19),
  );

describe.each(['none', 'last', 'all'] as const)('catchUp %s', (catchUp) => {
  test('nothing is due before the tick', () => {
    expect(due(cron('0 3 * * *'), catchUp, '05-01T03:00:00', '05-02T02:59:59.999')).toEqual([]);
  });

  test('a tick is due at its millisecond, and for half a minute whatever happened', () => {
    for (const now of ['05-02T03:00:00', '05-02T03:00:29.999'])
      expect(due(cron('0 3 * * *'), catchUp, '05-01T03:00:00', now)).toEqual(['05-02T03:00:00']);
  });

  test('each of the ticks of a change of leaders is fired', () => {
    expect(due(cron('*/5 * * * * *'), catchUp, '05-01T03:00:00', '05-01T03:00:16')).toEqual([
      '05-01T03:00:05',
      '05-01T03:00:10',
      '05-01T03:00:15',
    ]);
  });

  test('what is decided is not due again', () => {
    expect(due(cron('0 3 * * *'), catchUp, '05-02T03:00:00', '05-02T03:00:05')).toEqual([]);
  });
});

test.each([
  ['none', []],
  ['last', ['05-04T03:00:00']],
  ['all', ['05-02T03:00:00', '05-03T03:00:00', '05-04T03:00:00']],
] as const)('after three days, catchUp %s', (catchUp, expected) => {
  expect(due(cron('0 3 * * *'), catchUp, '05-01T03:00:00', '05-04T12:00:00')).toEqual(expected);
});

test.each([
  ['none', ['05-01T03:05:00']],
  ['last', ['05-01T03:05:00']],
  ['all', ['05-01T03:01:00', '05-01T03:02:00', '05-01T03:03:00', '05-01T03:04:00', '05-01T03:05:00']],
] as const)('with a tick within the half minute, catchUp %s', (catchUp, expected) => {
  expect(due(cron('* * * * *'), catchUp, '05-01T03:00:00', '05-01T03:05:10')).toEqual(expected);
});

test.each([
  ['* * * * * *', '02-01T00:00:00', '05-31T23:59:29.500', '05-31T23:58:59'],
  ['* * * * *', '02-01T00:00:00', '05-31T23:59:45', '05-31T23:59:00'],
  ['*/7 9-17 * * mon-fri', '02-01T00:00:00', '05-31T23:59:45', '05-29T17:56:00'],
  ['* * * 1 *', '01-01T00:00:00', '12-31T00:00:00', '01-31T23:59:00'],
  ['0 0 1 1 *', '01-01T00:00:00', '12-31T00:00:00', undefined],
  ['0 0 31 * *', '01-01T00:00:00', '12-31T00:00:30', '12-31T00:00:00'],
])('the latest of the ticks missed by %s since %s', (line, decided, now, expected) => {
  const calling = cron(line);
  const question = { calling, sinceMs: 0, decidedMs: at(decided), nowMs: at(now) };
  const [last] = dueTicks({ ...question, catchUp: 'last' }).slice(0, 1);
  const recent = dueTicks({ ...question, catchUp: 'none' });
  const all = dueTicks({ ...question, catchUp: 'all' });
  expect(all.length).toBeLessThanOrEqual(mostCaughtUp + recent.length);
  // No tick between those that are caught up is left out.
  for (const [index, tick] of all.slice(1).entries()) expect(calling.after(0, all[index]!)).toBe(tick);
  if (expected === undefined) expect(all).toEqual([]);
  else {
    expect(all.at(-1 - recent.length)).toBe(at(expected));
    if (recent.length === 0) expect(last).toBe(at(expected));
  }
});

test('1,000 of a year of seconds are found within a second or two', () => {
  const startedAt = performance.now();
  expect(due(cron('* * * * * *'), 'all', '01-01T00:00:00', '12-31T00:00:00')).toHaveLength(1_000 + 30);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
