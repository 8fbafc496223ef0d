import { once } from 'node:events';
import { Redis } from 'ioredis';
import { Queue, Worker } from 'reskue';

// A client of your own, a Redis or a Cluster, with whatever options you need. end() never closes it.
const redis = new Redis(process.env.REDIS_URL.replace('unix://', ''));
const connection = { redis, namespace: 'handed-in-client' };

const jobs = { greet: { perform: async (name) => `Good morning, ${name}` } };
const queue = new Queue({ connection }, jobs);
const worker = new Worker({ connection, queues: 'hotel' }, jobs);
worker.on('success', (_queue, _job, result) => console.log(result));

for (const part of [queue, worker]) await part.connect();
await queue.enqueue('hotel', 'greet', ['Ann']);
await worker.start();
await once(worker, 'pause');
console.log(`the same client: ${queue.connection.redis === redis && worker.connection.redis === redis}`);

for (const part of [worker, queue]) await part.end();
console.log(`after end(), it answers ${await redis.ping()}`);
await redis.quit();
