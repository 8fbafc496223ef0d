import {
  defineJobs,
  Plugin,
  Plugins,
  Queue,
  Worker,
  type ConnectionOptions,
  type ErrorPayload,
  type Job,
  type Jobs,
  type ParsedFailedJobPayload,
  type ParsedJob,
  type ParsedWorkerPayload,
} from './index.js';

// As code for node-resque is written.
const connection: ConnectionOptions = { pkg: 'ioredis', host: '127.0.0.1', port: 6379, database: 0 };
const add: Job<number> = {
  plugins: [Plugins.JobLock, 'Retry'],
  pluginOptions: { JobLock: { reEnqueue: true } },
  perform: async (a: number, b: number) => a + b,
};
const subtract = { perform: (a: number, b: number) => a - b };
const jobs: Jobs = { add, subtract };
const queue = new Queue({ connection }, jobs);
const worker = new Worker({ connection, queues: ['math'] }, jobs);
worker.on('success', (_queue: string, job: ParsedJob, result: unknown, ms: number) => [
  job.class,
  result,
  ms,
]);
export const failures: Promise<ParsedFailedJobPayload[]> = queue.failed(0, -1);
export const cleaned: Promise<Record<string, ErrorPayload>> = queue.cleanOldWorkers(1);
export const working: Promise<Record<string, ParsedWorkerPayload | 'started'>> = queue.allWorkingOn();
export const enqueued: Promise<boolean> = queue.enqueue('math', 'add', [1, 2]);

export class Own extends Plugin {
  override async beforePerform(): Promise<boolean> {
    return this.args.length > 0;
  }
}
export const retry: Plugins.Retry | undefined = undefined;

// And with the types that follow from the jobs.
const typed = new Queue({ connection }, defineJobs({ add: { perform: (a: number, b: number) => a + b } }));
void typed.enqueue('math', 'add', [1, 2]);
// @ts-expect-error -- no number
void typed.enqueue('math', 'add', ['1', 2]);
// @ts-expect-error -- no such job
void typed.enqueue('math', 'divide', [1, 2]);
