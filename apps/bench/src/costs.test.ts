/** What does not depend on the machine: commands, round trips, bytes, connections. */
import { expect, test } from 'vitest';
import { lengths } from './options.mjs';
import { tabulateCommands } from './report/tabulate.mjs';
import { rows } from './rows/rows.mjs';
import { findContenders } from './run/find-contenders.mjs';
import { runBench } from './run/run-bench.mjs';
import type { Line } from './run/run-group.mjs';

const long = { timeout: 2 * 60_000 };
const jobs = 4_000;

let lines: Line[] = [];
const measure = async (names: string[], ...ids: string[]): Promise<void> => {
  // Long enough that it is the number of jobs that ends a row.
  const effort = { ...lengths.full.effort, seconds: 60, fewestJobs: jobs, mostJobs: jobs, samples: 1 };
  const chosen = rows.filter(({ id }) => ids.includes(id));
  const entrants = await findContenders(names);
  lines = await runBench({ effort, rounds: 1, roundsOnce: 1, rows: chosen, entrants });
  expect(lines.map(({ error }) => error)).toEqual(lines.map(() => undefined));
};

/** A figure of a row. */
const of = (id: string, metric: string, contender = 'reskue'): number =>
  Number(lines.find(({ row, contender: name }) => row.id === id && name === contender)?.rounds[0]?.[metric]);

/** How often Redis ran a command for a job of a row. */
const calls = (id: string, command: string): number => {
  const line = lines.find(({ row }) => row.id === id);
  const found = line && tabulateCommands(line).body.find(([name]) => name === command);
  return Number(found?.[1] ?? 0);
};

// Each measures by itself: one that is tried again has to be measured again.
test('a job worked one at a time takes one script, and a hundred at a time share one', long, async () => {
  await measure(['reskue-claim-ahead-0'], 'work-1', 'work-100');
  expect(calls('work-1', 'evalsha')).toBeCloseTo(1, 1);
  expect(calls('work-100', 'evalsha')).toBeLessThan(0.1);
  expect(of('work-100', 'reads', 'reskue-claim-ahead-0')).toBeLessThan(0.1);
  // The record and the worker's counter.
  expect(of('work-100', 'commands', 'reskue-claim-ahead-0')).toBeLessThan(2.5);
});

test('to enqueue a job takes one script, and a bulk of a thousand one for all', long, async () => {
  await measure(['reskue'], 'enqueue-1', 'enqueue-bulk');
  expect(calls('enqueue-1', 'evalsha')).toBeCloseTo(1, 1);
  expect(of('enqueue-1', 'commands')).toBeLessThan(6);
  expect(of('enqueue-bulk', 'commands')).toBeLessThan(0.02);
});

test(
  'a waiting job takes a quarter of what it takes in BullMQ, and what it takes in node-resque',
  long,
  async () => {
    await measure(['reskue', 'node-resque', 'bullmq'], 'bytes');
    expect(of('bytes', 'bytes')).toBeLessThanOrEqual(0.25 * of('bytes', 'bytes', 'bullmq'));
    expect(of('bytes', 'bytes')).toBeLessThanOrEqual(1.05 * of('bytes', 'bytes', 'node-resque'));
  },
);

test(
  'an idle MultiWorker of a hundred holds three connections and asks Redis about once a second',
  long,
  async () => {
    await measure(['reskue'], 'idle-100');
    expect(of('idle-100', 'connections')).toBe(3);
    // Each 5 s two beats of seven commands, a ping and a look; a wait each 30 s: 0.9 sent, 3.9 in all. Twenty seconds cut off
    // what they may at their ends, so this tells only when something asks more often; `pnpm bench` tells how often.
    expect(of('idle-100', 'sent')).toBeLessThan(1.5);
    expect(of('idle-100', 'commands')).toBeLessThan(5);
    expect(of('idle-100', 'reads')).toBeLessThan(2);
  },
);
