// A worker process whose job blocks the event loop: argv = socket, lease ms, maxBlock ms.
import { Worker } from '../../packages/worker/dist/index.js';

const [path, lease, maxBlock] = process.argv.slice(2);
const spin = (ms) => {
  const until = Date.now() + ms;
  while (Date.now() < until);
};
const worker = new Worker(
  {
    connection: { path },
    name: `host:${process.pid}`,
    queues: 'q',
    lease: Number(lease),
    maxBlock: Number(maxBlock),
  },
  { spin: { perform: spin } },
);
worker.on('slow', (ms) => console.log(`slow ${ms}`));
worker.on('leaseLost', () => console.log('leaseLost'));
worker.on('success', () => console.log('success'));
worker.on('warning', (warning) => console.log(warning.message));
worker.on('error', (error) => console.log(error.message));
await worker.connect();
await worker.start();
// The thread takes the heartbeat over before the loop is blocked.
setTimeout(() => console.log('ready'), 1_000);
process.on('SIGTERM', () => void worker.end().then(() => process.exit(0)));
