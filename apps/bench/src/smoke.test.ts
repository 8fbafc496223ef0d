import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lengths } from './options.mjs';
import { rows } from './rows/rows.mjs';
import { findContenders } from './run/find-contenders.mjs';
import { runBench } from './run/run-bench.mjs';

// From the built packages, in processes of their own.
const minutes = 60_000;
const { effort } = lengths.smoke;
const once = { effort, rounds: 1, roundsOnce: 1 };

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

test(
  'a warm-up lasts as long as it is to, whatever number of jobs that makes',
  {
    timeout: 3 * minutes,
  },
  async () => {
    const chosen = rows.filter(({ group }) => group === 'work');
    const entrants = await findContenders(['reskue', 'raw-batch']);
    const plan = {
      ...once,
      effort: { ...effort, mostJobs: 1_000 },
      warmUpSeconds: { group: 0.1, row: 0.07 },
    };
    const lines = await runBench({ ...plan, rows: chosen, entrants });
    expect(lines.map(({ error, rounds }) => ({ error, rounds: rounds.length }))).toEqual(
      lines.map(() => ({ error: undefined, rounds: 1 })),
    );
    expect(lines).toHaveLength(7);
  },
);

test(
  'a contender whose process dies is told of in each row, and the others go on',
  {
    timeout: 3 * minutes,
  },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bench-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'mortal.mjs');
    const source = `export const contender = { name: 'mortal', package: 'ioredis', produce: () => process.exit(3) };`;
    await writeFile(file, source);
    const chosen = rows.filter(({ id }) => ['enqueue-1', 'enqueue-50'].includes(id));
    const lines = await runBench({ ...once, rows: chosen, entrants: await findContenders([file, 'raw']) });
    expect(lines.map(({ contender, error }) => [contender, error])).toEqual([
      ['mortal', 'Error: the process ended with 3'],
      ['mortal', 'Error: the process has ended before'],
      ['raw', undefined],
      ['raw', undefined],
    ]);
  },
);

test('every library delays jobs', { timeout: 3 * minutes }, async () => {
  const names = ['node-resque', 'bullmq', 'bee-queue'];
  expect(await run([...names, 'raw'], ['due'])).toEqual(complete(...names.map((name) => `due ${name}`)));
});

const byWhat = (a: { what: string }, b: { what: string }) => a.what.localeCompare(b.what);
