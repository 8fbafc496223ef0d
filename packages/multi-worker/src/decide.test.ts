import { expect, test } from 'vitest';
import { decide, type Staffing } from './decide.js';

const usual: Staffing = {
  running: true,
  workers: 4,
  leaving: 0,
  busy: 2,
  minimum: 1,
  maximum: 10,
  blocked: false,
};

test.each<[string, Partial<Staffing>, string]>([
  ['as it is, with half of them busy', {}, 'x'],
  ['one more, with more than half busy', { busy: 3 }, '+'],
  ['one more, with all busy', { busy: 4 }, '+'],
  ['one less, with less than half busy', { busy: 1 }, '-'],
  ['one less, with none busy', { busy: 0 }, '-'],

  ['as it is, at the maximum with all busy', { workers: 10, busy: 10 }, 'x'],
  ['one less, at the maximum with few busy', { workers: 10, busy: 4 }, '-'],
  ['as it is, at the minimum with none busy', { workers: 1, busy: 0 }, 'x'],
  ['one more, at the minimum with all busy', { workers: 1, busy: 1 }, '+'],
  ['one less, above a maximum that was lowered', { workers: 12, busy: 3 }, '-'],

  ['as it is, while those who leave fill the maximum', { workers: 8, busy: 8, leaving: 2 }, 'x'],
  ['one more, beside those who leave', { workers: 8, busy: 8, leaving: 1 }, '+'],
  ['one more, below the minimum even so', { workers: 1, minimum: 2, maximum: 2, leaving: 1 }, '+'],

  ['one less, while the loop is blocked', { blocked: true, busy: 4 }, '-'],
  ['as it is, at the minimum while the loop is blocked', { blocked: true, workers: 1, busy: 1 }, 'x'],
  [
    'one more, below the minimum even while the loop is blocked',
    { blocked: true, workers: 2, minimum: 3 },
    '+',
  ],
  ['one more, with none at all while the loop is blocked', { blocked: true, workers: 0, busy: 0 }, '+'],

  ['one more, with none and a minimum of none', { workers: 0, busy: 0, minimum: 0 }, '+'],
  [
    'none, with a minimum of none and a blocked loop',
    { workers: 0, busy: 0, minimum: 0, blocked: true },
    'x',
  ],
  ['one less, with a minimum of none and nothing to do', { workers: 1, busy: 0, minimum: 0 }, '-'],
  ['as it is, where minimum and maximum are one', { workers: 4, busy: 4, minimum: 4, maximum: 4 }, 'x'],

  ['all of them, once it has stopped', { running: false }, '--'],
  ['nothing, once it has stopped and they are gone', { running: false, workers: 0, busy: 0 }, 'x'],
])('%s', (_, differing, verb) => {
  expect(decide({ ...usual, ...differing })).toBe(verb);
});
