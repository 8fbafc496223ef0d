import { expect, test } from 'vitest';
import { defineJobs } from './define-jobs.js';
import { resolveJob } from './resolve-job.js';
import type { StandardSchema } from './standard-schema.js';
import { validateArgs } from './validate-args.js';

const perform = (): number => 1;

test('defineJobs gives back what it got', () => {
  const jobs = { add: { perform: async (a: number, b: number) => a + b } };
  expect(defineJobs(jobs)).toBe(jobs);
});

test('a job is found as it was given, and a bare function becomes one', () => {
  const job = { perform };
  expect(resolveJob({ job }, 'job')).toEqual({ ok: true, job });
  expect(resolveJob({ perform }, 'perform')).toEqual({ ok: true, job: { perform } });
});

test('jobs may be the methods and members of a class', () => {
  class Mine {
    other = { perform };
    run(): number {
      return 2;
    }
  }
  expect(resolveJob(new Mine(), 'run')).toMatchObject({ ok: true });
  expect(resolveJob(new Mine(), 'other')).toMatchObject({ ok: true });
  expect(resolveJob(new Mine(), 'constructor')).toMatchObject({ ok: false });
});

test.each(['nothing', '__proto__', 'constructor', 'toString', 'hasOwnProperty', ''])(
  '%j is no job',
  (name) => {
    expect(resolveJob({ job: { perform } }, name)).toMatchObject({
      ok: false,
      error: { code: 'RESKUE_JOB_UNKNOWN', message: `No job defined for class "${name}"` },
    });
  },
);

test.each([{}, 5, { perform: 'x' }])('%j cannot be performed', (given) => {
  const resolved = resolveJob({ job: given }, 'job');
  expect(resolved).toMatchObject({ ok: false, error: { code: 'RESKUE_JOB_NO_PERFORM' } });
  expect(String(resolved.ok ? '' : resolved.error)).toBe('Error: Missing Job: "job"');
});

/** Two numbers, as texts or as numbers. */
const twoNumbers: StandardSchema<unknown, [number, number]> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: async (value) => {
      const [a, b] = (value as unknown[]).map(Number);
      return a !== undefined && b !== undefined && !Number.isNaN(a + b)
        ? { value: [a, b] }
        : { issues: [{ message: 'no number', path: [0, { key: 'x' }] }, { message: 'two are needed' }] };
    },
  },
};

test('args pass through the schema of their job', async () => {
  expect(await validateArgs({ args: twoNumbers }, 'add', ['1', 2])).toEqual([1, 2]);
  const args = ['any'];
  expect(await validateArgs({}, 'add', args)).toBe(args);
  expect(await validateArgs(undefined, 'add', args)).toBe(args);
});

test('args that the schema refuses are an error that names class and places', async () => {
  await expect(validateArgs({ args: twoNumbers }, 'add', ['x'])).rejects.toMatchObject({
    code: 'RESKUE_ARGS_INVALID',
    message: 'Arguments of "add" are invalid: args[0]["x"]: no number; args: two are needed',
  });
});
