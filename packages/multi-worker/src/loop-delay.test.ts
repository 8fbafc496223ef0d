import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LoopDelay } from './loop-delay.js';
import { block, until } from './multi-worker-bench.test-kit.js';

let loop: LoopDelay;
beforeEach(() => {
  loop = new LoopDelay();
  loop.start();
});
afterEach(() => loop.stop());

/** The monitor knows nothing of what is before its first tick, 20 ms after the start. */
const ticked = () => delay(50);

test('knows of no delay before it has measured', () => {
  expect(loop.look()).toBe(0);
});

test('a block that ends with the look is seen by the lateness of the look', () => {
  loop.expectLookIn(10);
  block(100);
  expect(loop.look()).toBeGreaterThanOrEqual(89);
});

test('a block between two looks counts by its share of the time', async () => {
  await ticked();
  loop.look();
  block(300);
  await delay(200);
  const late = loop.look();
  // 300 ms that are 150 late on average, and 200 that are not.
  expect(late).toBeGreaterThan(60);
  expect(late).toBeLessThan(160);
});

test('a block right after a look is not overlooked', async () => {
  await ticked();
  loop.look();
  block(100);
  await until(() => loop.look() > 20);
});

test('a short pause in a long while is nothing', async () => {
  // A machine that is busy with something else may be late by itself; not every time.
  await until(async () => {
    loop.look();
    block(15);
    await delay(300);
    return loop.look() < 8;
  });
});

test('does not tick while nothing happens, and does again when something has', async () => {
  const quiet = async () => {
    await delay(200);
    loop.look();
    return !loop.isAwake;
  };
  await until(quiet, { timeoutMs: 10_000 });
  block(100);
  expect(loop.look()).toBe(0);
  expect(loop.isAwake).toBe(true);
  await ticked();
  block(100);
  await until(() => loop.look() > 20);
});

test('begins anew after a stop', async () => {
  await ticked();
  loop.stop();
  block(100);
  loop.start();
  expect(loop.look()).toBe(0);
  await ticked();
  block(100);
  await until(() => loop.look() > 20);
});
