import { setTimeout as sleep } from 'node:timers/promises';
import { Plugin, Queue, Worker } from 'reskue';

/** Says which jobs took longer than they may. One instance sees a job through, so that it can remember in between. */
class Timed extends Plugin {
  beforePerform() {
    this.startedAt = performance.now();
    return true;
  }

  afterPerform() {
    const isLate = performance.now() - this.startedAt > this.options.limit;
    console.log(`${this.func}: ${isLate ? 'took longer than' : 'was done within'} ${this.options.limit} ms`);
  }
}

const timed = { plugins: [Timed], pluginOptions: { Timed: { limit: 1000 } } };
const jobs = {
  swift: { ...timed, perform: async () => 'done' },
  slow: { ...timed, perform: () => sleep(1100) },
};

const connection = { url: process.env.REDIS_URL, namespace: 'custom-plugin' };
const queue = new Queue({ connection }, jobs);
const worker = new Worker({ connection, queues: 'work' }, jobs);
worker.on('success', async (_queue, job) => {
  if (job.class === 'slow') for (const part of [worker, queue]) await part.end();
});

for (const part of [queue, worker]) await part.connect();
await queue.enqueue('work', 'swift');
await queue.enqueue('work', 'slow');
await worker.start();
