import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { StayAwake as Class } from './stay-awake.js';

/** Turns of the event loop that are asked for, run by hand. */
let asked: (() => void)[] = [];
let nowMs = 0;
let awake: Class;
let mostTurns: number;

beforeEach(async () => {
  asked = [];
  vi.resetModules();
  const timers = { setImmediate: (turn: () => void) => asked.push(turn) };
  vi.doMock('node:timers', () => timers);
  vi.stubGlobal('performance', { now: () => nowMs });
  const loaded = await import('./stay-awake.js');
  // What is put in its place later is not used: fake timers would never end it.
  timers.setImmediate = () => expect.unreachable();
  mostTurns = loaded.mostTurns;
  awake = new loaded.StayAwake();
  // One that was answered just now.
  awake.end();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.doUnmock('node:timers');
});

/** Lets so many turns pass, and gives how many of them were kept from blocking. */
function pass(turns: number): number {
  let kept = 0;
  for (let turn = 0; turn < turns; turn += 1) {
    const [next, ...others] = asked;
    if (next === undefined) break;
    expect(others).toEqual([]);
    asked = [];
    next();
    kept += 1;
    nowMs += 0.01;
  }
  return kept;
}
/** A call that is answered after so many turns; gives for how many of them the thread was awake. */
function call(turns: number): number {
  awake.begin();
  const kept = pass(turns);
  awake.end();
  pass(1);
  return kept;
}
const calls = (count: number, turns: number): number[] => Array.from({ length: count }, () => call(turns));

test('a thread is awake until the reply, and not for longer', () => {
  expect(call(20)).toBe(20);
  expect(asked).toEqual([]);
  expect(call(mostTurns)).toBe(mostTurns);
  expect(asked).toEqual([]);
});

test('who calls now and then sleeps; who then calls upon the reply does not', () => {
  nowMs += 1.5;
  expect(call(20)).toBe(0);
  expect(call(20)).toBe(20);
  nowMs += 0.5;
  expect(call(20)).toBe(20);
  nowMs += 1.5;
  expect(call(20)).toBe(0);
});

test('who calls again upon the reply goes on with the same turns', () => {
  awake.begin();
  pass(10);
  awake.end();
  awake.begin();
  expect(asked).toHaveLength(1);
  expect(pass(1_000)).toBe(mostTurns + 1);
});

test('one that gets no reply ends it, whatever becomes of it later', () => {
  awake.begin();
  expect(pass(1_000)).toBe(mostTurns + 1);
  awake.end();
  expect(asked).toEqual([]);
  expect(call(20)).toBe(20);
});

test.each([
  ['come too late', 1_000],
  ['come before it could have slept', 1],
])('where replies %s it rests for a while, and then tries with one', (_, turns) => {
  const kept = calls(600, turns).map((count) => count > 0);
  const tries = kept.flatMap((was, at) => (was ? [at] : []));
  expect(tries).toEqual([0, 1, 2, 3, 260, 517]);
});

test('one bad reply in ten changes nothing', () => {
  for (let round = 0; round < 100; round += 1) {
    expect(call(1_000)).toBe(mostTurns + 1);
    expect(calls(9, 20)).toEqual(Array(9).fill(20));
  }
});

test('a try that pays has it go on', () => {
  calls(4 + 256, 1_000);
  expect(calls(300, 20)).toEqual(Array(300).fill(20));
});
