// A worker process with jobs that misbehave: argv = socket.
import { installSignalHandlers, Worker } from '../../packages/worker/dist/index.js';

const [path] = process.argv.slice(2);
const jobs = {
  lateThrow: () =>
    new Promise(() =>
      setTimeout(() => {
        throw new Error('late throw');
      }, 20),
    ),
  lateReject: () => {
    void new Promise((_, reject) => setTimeout(reject, 20, new Error('late reject')));
    return new Promise(() => undefined);
  },
  nobody: () => 'good',
  slow: () => new Promise((resolve) => setTimeout(resolve, 1_000)),
  hang: () => new Promise(() => undefined),
};
const worker = new Worker({ connection: { path }, name: `host:${process.pid}`, queues: 'q' }, jobs);
worker.on('failure', (queue, job, error) => console.log(`failure ${job.class}: ${error.message}`));
worker.on('success', (queue, job) => console.log(`success ${job.class}`));
worker.on('job', (queue, job) => console.log(`job ${job.class}`));
worker.on('error', (error) => console.log(error.message));
await worker.connect();
await worker.start();
installSignalHandlers(worker, { timeout: 500 });
if (process.argv[3] === 'throw')
  setTimeout(() => {
    throw new Error('of nobody');
  }, 50);
console.log('ready');
