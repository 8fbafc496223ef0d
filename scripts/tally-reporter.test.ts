import { expect, test } from 'vitest';
import { tally } from './tally-reporter.js';

type Module = Parameters<typeof tally>[0][number];
type State = 'passed' | 'failed' | 'skipped' | 'pending';

/** A file with tests of these states, as far as the tally looks at it. */
const file = (fileState: 'passed' | 'failed', ...states: State[]): Module =>
  ({
    state: () => fileState,
    children: {
      *allTests() {
        yield* states.map((state) => ({ result: () => ({ state }) }));
      },
    },
    // Only these two members are read.
  }) as unknown as Module;

test('counts over all files', () => {
  const files = [file('passed', 'passed', 'passed'), file('failed', 'passed', 'failed')];
  expect(tally(files)).toBe('3 passed, 1 failed');
});

test('skipped tests are told, none are not', () => {
  expect(tally([file('passed', 'passed', 'skipped')])).toBe('1 passed, 0 failed, 1 skipped');
});

test('a file that did not load, or whose hooks failed, is a failure', () => {
  expect(tally([file('failed'), file('failed', 'passed')])).toBe('1 passed, 2 failed');
});

test('an error outside of any test is a failure', () => {
  expect(tally([file('passed', 'passed')], [{ message: 'unhandled' }])).toBe('1 passed, 1 failed');
});

test('a test that never came to its end is a failure', () => {
  expect(tally([file('failed', 'pending')])).toBe('0 passed, 1 failed');
});
