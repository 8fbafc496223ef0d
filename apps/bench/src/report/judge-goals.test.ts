import { expect, test } from 'vitest';
import type { Goal, Row } from '../rows/row.mjs';
import type { Line } from '../run/run-group.mjs';
import { judgeGoals } from './judge-goals.mjs';

const row = (id: string, ...goals: Goal[]): Row => ({
  id,
  group: id,
  title: `the row ${id}`,
  metrics: [{ name: 'rate', unit: 'jobs/s', better: 'more' }],
  goals,
  measure: async () => ({}),
});
const line = (of: Row, contender: string, ...rates: number[]): Line => ({
  row: of,
  contender,
  rounds: rates.map((rate) => ({ rate })),
});
const twice = (contender: string): Goal => ({
  metric: 'rate',
  versus: { times: 2, contender, is: 'at least' },
});

test('a ratio is the median of those of the rounds, not that of the medians', () => {
  const work = row('work', twice('other'));
  const lines = [line(work, 'reskue', 30, 100, 20), line(work, 'other', 10, 100, 10)];
  expect(judgeGoals(lines)).toEqual([
    { row: 'the row work', asked: 'at least 2 x other (jobs/s)', reached: 2, met: true },
  ]);
});

test('a limit is held against the median', () => {
  const work = row('work', { metric: 'rate', atLeast: 5 }, { metric: 'rate', atMost: 3 });
  expect(judgeGoals([line(work, 'reskue', 1, 4, 9)])).toMatchObject([
    { asked: 'at least 5 jobs/s', reached: 4, met: false },
    { asked: 'at most 3 jobs/s', reached: 4, met: false },
  ]);
});

test('a row is compared with another one of the same contender, and another contender may be meant', () => {
  const bare = row('bare');
  const plugins = row('plugins', { metric: 'rate', versus: { times: 0.5, row: 'bare', is: 'at least' } });
  const calm = row('calm', { ...twice('other'), of: 'variant' });
  const lines = [
    line(bare, 'reskue', 10),
    line(plugins, 'reskue', 4),
    line(calm, 'variant', 8),
    line(calm, 'other', 2),
  ];
  expect(judgeGoals(lines)).toMatchObject([
    { asked: 'at least 0.5 x the row bare (jobs/s)', reached: 0.4, met: false },
    { asked: 'variant: at least 2 x other (jobs/s)', reached: 4, met: true },
  ]);
});

test('what was not measured is not judged', () => {
  const work = row('work', twice('absent'));
  expect(judgeGoals([line(work, 'reskue', 3), line(work, 'other')])).toEqual([]);
});

test('where one process keeps the cores busy, two need not be faster', () => {
  const one = row('one');
  const two = row('two', {
    metric: 'rate',
    versus: { times: 1.5, row: 'one', is: 'at least' },
    ifCoresAllow: true,
  });
  const lines = [
    { ...line(one, 'reskue'), rounds: [{ rate: 100_000, node: 8, redis: 6 }] },
    { ...line(two, 'reskue'), rounds: [{ rate: 110_000, node: 8, redis: 6 }] },
  ];
  expect(judgeGoals(lines, 2)).toMatchObject([{ met: false, excused: 'needs 2.1 cores' }]);
  const [asked] = judgeGoals(lines, 3);
  expect(asked).toMatchObject({ reached: 1.1, met: false });
  expect(asked).not.toHaveProperty('excused');
});
