import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'reskue';
import { connection, jobs } from './jobs.mjs';

/** Enqueues a job a second until it is told to stop. */
const queue = new Queue({ connection }, jobs);
queue.on('error', (error) => console.error(error.message));
await queue.connect();

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());

for (let number = 1; !stop.signal.aborted; number += 1) {
  await queue.enqueue('pictures', 'resize', [`picture-${number}.png`]);
  console.log(`enqueued picture-${number}.png`);
  await sleep(1_000, undefined, { signal: stop.signal }).catch(() => {});
}
await queue.end();
