import { setTimeout as sleep } from 'node:timers/promises';
import { MultiWorker, Queue } from 'reskue';

// Jobs that wait most of the time: a process can have many of them in hand, as long as its event loop keeps up.
const jobs = { deliver: { perform: () => sleep(300) } };

const connection = { url: process.env.REDIS_URL, namespace: 'multi-worker' };
const queue = new Queue({ connection }, jobs);
const multiWorker = new MultiWorker(
  {
    connection,
    queues: 'mail',
    minTaskProcessors: 2,
    maxTaskProcessors: 20,
    // Milliseconds between two looks whether to have one worker more or less.
    checkTimeout: 100,
    // Later than this, in milliseconds, the event loop counts as blocked, and no worker is added.
    maxEventLoopDelay: 200,
  },
  jobs,
);

const count = 100;
let done = 0;
let most = 0;
multiWorker.on('success', async () => {
  done += 1;
  most = Math.max(most, multiWorker.workers.length);
  if (done < count) return;
  console.log(`${done} jobs were done`);
  console.log(`it grew beyond 2 workers: ${most > 2}, and not beyond 20: ${most <= 20}`);
  await multiWorker.end();
  console.log(`${multiWorker.workers.length} workers are left`);
  await queue.end();
});

await queue.connect();
await queue.enqueueBulk(
  Array.from({ length: count }, (_, n) => ({ queue: 'mail', class: 'deliver', args: [n] })),
);
await multiWorker.start();
