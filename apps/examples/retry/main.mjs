import { Plugins, Queue, Scheduler, Worker } from 'reskue';

let attempts = 0;
const jobs = {
  call: {
    plugins: [Plugins.Retry],
    // So many runs in all, with a pause of so many milliseconds in between.
    pluginOptions: { Retry: { retryLimit: 3, retryDelay: 200 } },
    perform: async (name) => {
      attempts += 1;
      if (attempts < 3) throw new Error('the line is busy');
      return `spoke to ${name}`;
    },
  },
  fax: {
    plugins: [Plugins.Retry],
    pluginOptions: { Retry: { retryLimit: 2, retryDelay: 200 } },
    perform: async () => {
      throw new Error('no paper');
    },
  },
};

const connection = { url: process.env.REDIS_URL, namespace: 'retry' };
const queue = new Queue({ connection }, jobs);
const worker = new Worker({ connection, queues: 'phone' }, jobs);
const scheduler = new Scheduler({ connection }, jobs);

// `success` is emitted for every attempt that is tried again, too, as in node-resque; `retry` tells the truth.
worker.on('retry', (_queue, job, error) => console.log(`${job.class}: ${error.message}; once more`));
worker.on('failure', (_queue, job, error) => console.log(`${job.class}: ${error.message}; failed for good`));
worker.on('failure', () => queue.enqueue('phone', 'call', ['Ann']));
worker.on('success', async (_queue, job, result) => {
  if (result === undefined) return;
  console.log(`${job.class}: ${result}`);
  console.log(`failed: ${await queue.failedCount()}`);
  for (const part of [worker, scheduler, queue]) await part.end();
});

for (const part of [queue, worker, scheduler]) await part.connect();
await worker.start();
await scheduler.start();
await queue.enqueue('phone', 'fax', ['Bob']);
