import { expect, test } from 'vitest';
import { failures, tally } from './tally-reporter.js';

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

test('what failed is told by its file, its name and the first line of why', () => {
  const failed = (fullName: string, ...messages: string[]) => ({
    fullName,
    result: () => ({ state: 'failed', errors: messages.map((message) => ({ message })) }),
  });
  const module = (relativeModuleId: string, tests: object[], ...messages: string[]) =>
    ({
      relativeModuleId,
      errors: () => messages.map((message) => ({ message })),
      children: {
        *allTests(state: string) {
          if (state === 'failed') yield* tests;
        },
      },
      // Only these members are read.
    }) as unknown as Parameters<typeof failures>[0][number];
  const modules = [
    module('a.test.ts', [failed('one > two', '\u001B[31mexpected 1\u001B[39m\nto be 2', 'more')]),
    module('b.test.ts', [], 'does not load'),
    module('c.test.ts', [failed('three')]),
  ];
  expect(failures(modules, [{ message: 'unhandled' }])).toEqual([
    'outside of any test: unhandled',
    'a.test.ts: one > two: expected 1',
    'b.test.ts: does not load',
    'c.test.ts: three: no message',
  ]);
  expect(failures([module('d.test.ts', [])])).toEqual([]);
});
