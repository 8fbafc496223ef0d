import { once } from 'node:events';
import { Queue, Scheduler, Worker } from 'reskue';

const connection = { url: process.env.REDIS_URL, namespace: 'stuck-worker' };
const jobs = { press: { perform: async (olives) => `pressed ${olives} olives` } };
const queue = new Queue({ connection }, jobs);
await queue.connect();

// What a worker of node-resque leaves that died two hours ago with a job in its hands: it had no lease, only a ping.
// (Processes of Reskue that die are noticed within seconds; see the story killed-process.)
const { redis } = queue.connection;
const [name, at] = ['old-host:42', new Date(Date.now() - 7_200_000)];
const payload = { class: 'press', queue: 'mill', args: [12] };
const ping = { time: Math.round(at / 1_000), name, queues: 'mill' };
const record = { run_at: at.toString(), queue: 'mill', worker: name, payload };
await redis.sadd(queue.connection.key('workers'), `${name}:mill`);
await redis.set(queue.connection.key('worker', 'ping', name), JSON.stringify(ping));
await redis.set(queue.connection.key('worker', name, 'mill'), JSON.stringify(record));
console.log('workers:', Object.keys(await queue.workers()));

// An hour is the default; `false` switches the check off.
const scheduler = new Scheduler({ connection, stuckWorkerTimeout: 3_600_000 }, jobs);
const cleaned = once(scheduler, 'cleanStuckWorker');
await scheduler.connect();
await scheduler.start();
const [worker, failure, seconds] = await cleaned;
console.log(
  `${worker} was silent for over an hour (${seconds > 3_600}), so its job failed: ${failure.error}`,
);
console.log('workers:', Object.keys(await queue.workers()));

// The scheduler does this by itself with `retryStuckJobs: true`.
await queue.retryStuckJobs();
const successor = new Worker({ connection, queues: 'mill' }, jobs);
successor.on('success', (_queue, _job, result) => console.log(result));
await successor.connect();
await successor.start();
await once(successor, 'pause');
console.log(`failed: ${await queue.failedCount()}`);
for (const part of [successor, scheduler, queue]) await part.end();
