import { installSignalHandlers, Scheduler, Worker } from 'reskue';
import { connection, jobs } from './jobs.mjs';

/** Works until it is told to stop; any number of them may run, and one of their schedulers leads. */
const worker = new Worker({ connection, queues: 'pictures' }, jobs);
worker.on('success', (_queue, _job, result, ms) => console.log(`${result} (${ms} ms)`));
worker.on('failure', (_queue, job, error) =>
  console.error(`${job.class}(${job.args}) failed: ${error.message}`),
);
worker.on('error', (error) => console.error(error.message));
const scheduler = new Scheduler({ connection }, jobs);
scheduler.on('error', (error) => console.error(error.message));

// At SIGTERM: what is not done after 10 s goes back to its queue.
installSignalHandlers([worker, scheduler], { timeout: 10_000 });

for (const part of [worker, scheduler]) await part.connect();
await worker.start();
await scheduler.start();
console.log('waiting for pictures');
