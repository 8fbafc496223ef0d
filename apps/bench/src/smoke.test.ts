import { expect, test } from 'vitest';
import { lengths } from './options.mjs';
import { rows } from './rows/rows.mjs';
import { findContenders } from './run/find-contenders.mjs';
import { runBench } from './run/run-bench.mjs';

// From the built packages, in processes of their own.
const minutes = 60_000;
const { effort } = lengths.smoke;
const once = { effort, rounds: 1, roundsOnce: 1, warmUps: 0 };

const run = async (names: string[], ids: string[]) => {
  const chosen = rows.filter(({ id }) => ids.includes(id));
  expect(chosen).toHaveLength(ids.length);
  const lines = await runBench({ ...once, rows: chosen, entrants: await findContenders(names) });
  return lines.map(({ row, contender, rounds, error }) => ({
    what: `${row.id} ${contender}`,
    error,
    // Each figure that the row promises, and each a number.
    lacks: row.metrics.filter(({ name }) => !Number.isFinite(rounds[0]?.[name])).map(({ name }) => name),
  }));
};

const complete = (...whats: string[]) => whats.map((what) => ({ what, error: undefined, lacks: [] }));

test('every row measures reskue', { timeout: 3 * minutes }, async () => {
  const ids = rows.map(({ id }) => id);
  expect(await run(['reskue'], ids)).toEqual(complete(...ids.map((id) => `${id} reskue`)));
});

test('every contender works and enqueues', { timeout: 3 * minutes }, async () => {
  const names = ['reskue-claim-ahead-0', 'node-resque', 'bullmq', 'bee-queue', 'raw'];
  const others = names.slice(1);
  const ids = ['work-10', 'enqueue-50', 'enqueue-bulk', 'bytes'];
  const lines = await run(names, ids);
  const expected = [
    ...names.map((name) => `work-10 ${name}`),
    ...ids.slice(1).flatMap((id) => others.map((name) => `${id} ${name}`)),
  ];
  expect(lines.sort(byWhat)).toEqual(complete(...expected).sort(byWhat));
});

test('every library delays jobs', { timeout: 3 * minutes }, async () => {
  const names = ['node-resque', 'bullmq', 'bee-queue'];
  expect(await run([...names, 'raw'], ['due'])).toEqual(complete(...names.map((name) => `due ${name}`)));
});

const byWhat = (a: { what: string }, b: { what: string }) => a.what.localeCompare(b.what);
