// A worker process whose jobs may end it: argv = socket, lease ms.
import { Worker } from '../../packages/worker/dist/index.js';

const [path, lease] = process.argv.slice(2);
const jobs = {
  exit: () => process.exit(3),
  good: (number) => number,
};
const worker = new Worker(
  { connection: { path }, name: `host:${process.pid}`, queues: 'q', lease: Number(lease) },
  jobs,
);
worker.on('job', (queue, job) => console.log(`start ${job.class}`));
worker.on('success', (queue, job, result) => console.log(`success ${result}`));
worker.on('error', (error) => console.log(error.message));
await worker.connect();
console.log('ready');
await worker.start();
