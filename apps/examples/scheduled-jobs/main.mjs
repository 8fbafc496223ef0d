import schedule from 'node-schedule';
import { Queue, Scheduler, Worker } from 'reskue';

/**
 * A cron over several processes, by any cron package: each process has the rule, and the one whose scheduler leads
 * enqueues. Two schedulers stand for two processes here.
 */
const connection = { url: process.env.REDIS_URL, namespace: 'scheduled-jobs' };
const ticks = 3;
let ticked = 0;
const jobs = { tick: { perform: async () => (ticked += 1) } };
const queue = new Queue({ connection }, jobs);
const worker = new Worker({ connection, queues: 'time' }, jobs);
const schedulers = ['one', 'two'].map((name) => new Scheduler({ connection, name }, jobs));

for (const part of [queue, worker, ...schedulers]) await part.connect();
await worker.start();
for (const scheduler of schedulers) {
  await scheduler.start();
  schedule.scheduleJob('* * * * * *', async () => {
    if (scheduler.leader) await queue.enqueue('time', 'tick');
  });
}

worker.on('success', async (_queue, _job, result) => {
  console.log(`tick ${result}`);
  if (result < ticks) return;
  await schedule.gracefulShutdown();
  console.log(`${schedulers.filter(({ leader }) => leader).length} of ${schedulers.length} schedulers leads`);
  for (const part of [worker, ...schedulers, queue]) await part.end();
});
