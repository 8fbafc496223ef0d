import { once } from 'node:events';
import { Queue, Worker } from 'reskue';

const addresses = new Map();
const jobs = {
  send: {
    perform: async (name) => {
      if (!addresses.has(name)) throw new RangeError(`no address of ${name}`);
      return `sent to ${addresses.get(name)}`;
    },
  },
};

const connection = { url: process.env.REDIS_URL, namespace: 'failed-jobs' };
const queue = new Queue({ connection }, jobs);
const worker = new Worker({ connection, queues: 'mail' }, jobs);
worker.on('success', (_queue, _job, result) => console.log(result));
worker.on('failure', (_queue, job, error) =>
  console.log(`${job.class}(${job.args}) failed: ${error.message}`),
);

for (const part of [queue, worker]) await part.connect();
await queue.enqueue('mail', 'send', ['Ann']);
await queue.enqueue('mail', 'send', ['Bob']);
// A class that no worker knows is a failure like any other; the job is not lost.
await queue.enqueue('mail', 'fax', ['Cid']);
await worker.start();
await once(worker, 'pause');

console.log(`${await queue.failedCount()} failed:`);
const failures = await queue.failed(0, -1);
for (const { queue: from, payload, exception, error } of failures) {
  console.log(`- ${from}: ${payload.class}(${payload.args}): ${exception}: ${error}`);
}

addresses.set('Ann', 'ann@example.org');
const sent = once(worker, 'success');
for (const failure of failures) {
  if (addresses.has(failure.payload.args[0])) await queue.retryAndRemoveFailed(failure);
  else await queue.removeFailed(failure);
}
await sent;
console.log(`${await queue.failedCount()} failed`);
for (const part of [worker, queue]) await part.end();
