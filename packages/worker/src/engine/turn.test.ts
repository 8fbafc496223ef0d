import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Turn } from './turn.js';

test('what asks in one turn of the event loop is called for once, afterwards', async () => {
  let calls = 0;
  const turn = new Turn(() => void (calls += 1));
  turn.ask(false);
  await Promise.resolve();
  turn.ask(false);
  expect(calls).toBe(0);
  await nextTurn();
  expect(calls).toBe(1);
  turn.ask(false);
  await nextTurn();
  expect(calls).toBe(2);
});

test('who asks alone is called in the same turn, and not again', async () => {
  let calls = 0;
  const turn = new Turn(() => void (calls += 1));
  turn.ask(true);
  expect(calls).toBe(0);
  await Promise.resolve();
  expect(calls).toBe(1);
  await nextTurn();
  expect(calls).toBe(1);
});

test.each([true, false])('what was cancelled does not come, alone: %s', async (isAlone) => {
  let calls = 0;
  const turn = new Turn(() => void (calls += 1));
  turn.ask(isAlone);
  turn.cancel();
  await nextTurn();
  expect(calls).toBe(0);
});
