import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@reskue/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { dozingMsOf, LoopWatch, readLoop } from './loop-watch.js';
import { restingBeatMsOf } from './pulse.js';

/** What a job does that gives the event loop no turn. */
const block = (ms: number): void => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};

function watch(leaseMs: number, isBusy: () => boolean = () => false): { watch: LoopWatch; slow: number[] } {
  const loop = new LoopWatch();
  const slow: number[] = [];
  loop.start((ms) => slow.push(ms), isBusy, leaseMs);
  onTestFinished(() => loop.stop());
  return { watch: loop, slow };
}

test.each([1_000, 2_000, 5_000, 6_667, 8_000, 9_000, 10_000, 12_500, 30_000, 600_000])(
  'a standstill in which a lease of %d ms may have run out is not overlooked',
  (leaseMs) => {
    const { tick, standstill } = dozingMsOf(leaseMs);
    expect(restingBeatMsOf({ leaseMs }) + tick + standstill).toBeLessThan(leaseMs);
  },
);

test('with nothing in hand a late tick tells of a standstill, for a second', async () => {
  const { watch: loop, slow } = watch(1_000);
  await until(() => readLoop(loop.shared).dozes);
  expect(loop.hasStoodStill).toBe(false);
  block(600);
  expect(loop.hasStoodStill).toBe(true);
  await delay(1);
  expect(loop.hasStoodStill).toBe(true);
  // So short a block is nothing to report.
  expect(slow).toEqual([]);
  await until(() => !loop.hasStoodStill);
});

test('the first job ends the doze before its code runs, and a block is reported with its time', async () => {
  let isBusy = false;
  const { watch: loop, slow } = watch(10_000, () => isBusy);
  await until(() => readLoop(loop.shared).dozes);
  isBusy = true;
  const seen = loop.during(7, () => {
    block(1_300);
    return readLoop(loop.shared);
  });
  expect(seen).toMatchObject({ dozes: false, claim: 7 });
  expect(seen.blockedMs).toBeGreaterThanOrEqual(1_000);
  await until(() => slow.length === 1);
  expect(slow[0]).toBeGreaterThanOrEqual(1_000);
  expect(readLoop(loop.shared)).toMatchObject({ dozes: false, claim: 0 });
});
