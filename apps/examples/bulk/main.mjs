import { once } from 'node:events';
import { Queue, Worker } from 'reskue';

let sum = 0;
const jobs = { add: { perform: (n) => void (sum += n) } };

const connection = { url: process.env.REDIS_URL, namespace: 'bulk' };
const queue = new Queue({ connection }, jobs);
const worker = new Worker({ connection, queues: 'numbers' }, jobs);
for (const part of [queue, worker]) await part.connect();

// One round trip for each 1,000 jobs of a queue.
const numbers = Array.from({ length: 10_000 }, (_, index) => index + 1);
const results = await queue.enqueueBulk(numbers.map((n) => ({ queue: 'numbers', class: 'add', args: [n] })));
console.log(`${results.filter(Boolean).length} were enqueued, ${await queue.length('numbers')} wait`);

await worker.start();
await once(worker, 'pause');
console.log(`their sum is ${sum}, ${await queue.length('numbers')} wait`);
for (const part of [worker, queue]) await part.end();
