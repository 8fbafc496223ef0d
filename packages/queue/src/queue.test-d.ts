import { defineJobs, type Job, type Jobs, type PluginQueue } from '@reskue/core';
import { expectTypeOf } from 'vitest';
import type { BulkJob } from './enqueue/typed-args.js';
import { Queue } from './queue.js';

const connection = { host: '127.0.0.1' };
const jobs = defineJobs({
  add: { perform: async (a: number, b: number) => a + b },
  greet: { perform: (name?: string) => `hello ${name ?? 'you'}` },
  tick: { perform: () => undefined },
});

// Without jobs, any class and any args: as in node-resque.
const open = new Queue({ connection });
expectTypeOf(open.enqueue('math', 'add', [1, 2])).resolves.toEqualTypeOf<boolean>();
void open.enqueue('math', 'add');
void open.enqueue('math', 'add', 5);
void open.enqueueIn(1_000, 'math', 'add', [1, 2], true);
void open.enqueueAt('1000', 'math', 'add', ['1'], true);
void open.enqueueBulk([
  { queue: 'math', class: 'add', args: [1, 2] },
  { queue: 'math', class: 'x' },
]);

// A plain map of jobs, as node-resque's users write it, checks nothing either.
const plain = new Queue({ connection }, { add: { perform: async (a: number, b: number) => a + b } });
void plain.enqueue('math', 'unknown', ['what', 'ever']);
const numbers: number[] = [1, 2];
void plain.enqueue('math', 'add', numbers);
const declared: Jobs = { add: { plugins: ['JobLock'], perform: async () => 'x' } as Job<string> };
void new Queue({ connection }, declared).enqueueIn(5, 'math', 'subtract', [1]);
expectTypeOf(plain).toExtend<Queue>();

// With defineJobs, class and args are checked.
const typed = new Queue({ connection }, jobs);
expectTypeOf(typed.jobs).toEqualTypeOf(jobs);
void typed.enqueue('math', 'add', [1, 2]);
void typed.enqueue('math', 'greet');
void typed.enqueue('math', 'greet', ['you']);
void typed.enqueue('math', 'tick');
void typed.enqueueIn(1_000, 'math', 'add', [1, 2], true);
void typed.enqueueAt(1_000, 'math', 'greet', [], true);
void typed.enqueueBulk([
  { queue: 'math', class: 'add', args: [1, 2] },
  { queue: 'math', class: 'tick' },
]);
// @ts-expect-error: no such class
void typed.enqueue('math', 'ad', [1, 2]);
// @ts-expect-error: the args are missing
void typed.enqueue('math', 'add');
// @ts-expect-error: one is missing
void typed.enqueue('math', 'add', [1]);
// @ts-expect-error: a text is no number
void typed.enqueue('math', 'add', [1, '2']);
// @ts-expect-error: one too many
void typed.enqueueIn(1_000, 'math', 'tick', [1]);
// @ts-expect-error: a text is no number
void typed.enqueueBulk([{ queue: 'math', class: 'add', args: ['1', 2] }]);
// @ts-expect-error: the args are missing
expectTypeOf<{ queue: string; class: 'add' }>().toExtend<BulkJob<typeof jobs>>();

// Also of bare functions.
void new Queue({ connection }, defineJobs({ tick: (_at: number) => undefined })).enqueue('math', 'tick', [1]);

// A Queue of whatever jobs is what plugins and functions of an application take.
expectTypeOf(typed).toExtend<Queue>();
expectTypeOf(open).toExtend<PluginQueue>();

expectTypeOf(open.allWorkingOn()).resolves.toExtend<Record<string, unknown>>();
expectTypeOf(open.delDelayed('q', 'job', [], { deep: false })).resolves.toEqualTypeOf<number[]>();
