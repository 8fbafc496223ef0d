import { Queue, Scheduler, Worker } from 'reskue';

const connection = { url: process.env.REDIS_URL, namespace: 'first-program' };
const jobs = {
  add: { perform: async (a, b) => a + b },
  subtract: { perform: async (a, b) => a - b },
};

const queue = new Queue({ connection }, jobs);
const worker = new Worker({ connection, queues: ['math', 'otherQueue'] }, jobs);
const scheduler = new Scheduler({ connection });

worker.on('failure', (_queue, job, error) => console.log(`${job.class} failed: ${error.message}`));
worker.on('success', async (_queue, job, result) => {
  console.log(`${job.class}(${job.args}) = ${result}`);
  if (job.class === 'subtract') for (const part of [worker, scheduler, queue]) await part.end();
});

for (const part of [queue, worker, scheduler]) await part.connect();
await worker.start();
await scheduler.start();

await queue.enqueue('math', 'add', [1, 2]);
await queue.enqueue('math', 'add', [2, 3]);
await queue.enqueueIn(3000, 'math', 'subtract', [2, 1]);
