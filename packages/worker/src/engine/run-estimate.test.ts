import { expect, test } from 'vitest';
import { RunEstimate } from './run-estimate.js';

const short = 'x'.repeat(100);
const long = 'x'.repeat(64_000);

function seasoned(): RunEstimate {
  const estimate = new RunEstimate();
  for (let run = 0; run < 60; run += 1) {
    estimate.addPayload(short);
    estimate.add(0.01);
  }
  return estimate;
}

test('short jobs with short payloads are claimed ahead, as many as are wanted, and for every slot at once', () => {
  const estimate = seasoned();
  expect(estimate.allows(64)).toBe(64);
  expect(estimate.portion).toBeGreaterThan(1_000);
});

test('of jobs that run side by side, as many are claimed ahead as end in 10 ms', () => {
  const estimate = seasoned();
  for (let burst = 0; burst < 10; burst += 1) {
    estimate.add(2, 1);
    for (let run = 0; run < 49; run += 1) estimate.add(2, 0.003);
    expect(estimate.allows(64)).toBe(64);
  }
  for (let run = 0; run < 50; run += 1) estimate.add(2, 1.9);
  expect(estimate.allows(64)).toBe(5);
});

test('jobs that run one after the other are measured whole, at once', () => {
  const estimate = seasoned();
  estimate.add(4, 4.1);
  expect(estimate.allows(64)).toBe(2);
  for (let run = 0; run < 50; run += 1) estimate.add(6, 0.01);
  expect(estimate.allows(64)).toBe(0);
});

test('a long payload ends claiming ahead until enough short jobs have run', () => {
  const estimate = seasoned();
  estimate.addPayload(long);
  expect(estimate.allows(64)).toBe(0);
  for (let run = 0; run < 49; run += 1) estimate.add(0.01);
  expect(estimate.allows(64)).toBe(0);
  for (let run = 0; run < 60; run += 1) estimate.add(0.01);
  expect(estimate.allows(64)).toBeGreaterThan(0);
});

test('long payloads are claimed for some slots at a time, the longest one by one', () => {
  const estimate = new RunEstimate();
  for (let job = 0; job < 100; job += 1) estimate.addPayload(long);
  expect(estimate.portion).toBe(3);
  for (let job = 0; job < 100; job += 1) estimate.addPayload(long.repeat(20));
  expect(estimate.portion).toBe(1);
});

test('calls that bring long payloads are bulky, and four are under way', () => {
  const estimate = new RunEstimate();
  expect([estimate.isBulky, estimate.callsAtOnce]).toEqual([false, 2]);
  for (let job = 0; job < 10; job += 1) estimate.addPayload(long);
  expect([estimate.isBulky, estimate.callsAtOnce]).toEqual([true, 4]);
  for (let job = 0; job < 100; job += 1) estimate.addPayload(short);
  expect([estimate.isBulky, estimate.callsAtOnce]).toEqual([false, 2]);
});
