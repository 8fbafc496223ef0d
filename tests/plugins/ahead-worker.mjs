// A worker process of short jobs with a JobLock, and of some with a Retry, too; a job of the arg "stop" blocks the process for
// good, one of "wait" takes 5 s, and one of "block" keeps the process from all else as long. argv = socket. Tells on its channel what happened, when it is asked, and ends.
import { writeSync } from 'node:fs';
import { JobLock, Retry } from '../../packages/plugins/dist/index.js';
import { Worker } from '../../packages/worker/dist/index.js';

const [path] = process.argv.slice(2);
const seen = { runs: 0, refusals: 0, successes: 0 };
function perform(arg) {
  if (arg === 'stop') {
    writeSync(1, 'stopped\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
  seen.runs += 1;
  if (arg !== 'wait' && arg !== 'block') return undefined;
  writeSync(1, 'waiting\n');
  if (arg === 'block') return void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5_000);
  return new Promise((resolve) => setTimeout(resolve, 5_000));
}
const jobs = {
  short: { plugins: [JobLock], perform },
  retried: { plugins: [Retry, JobLock], perform },
};
const worker = new Worker({ connection: { path }, name: 'ahead:1', queues: 'q', lease: 1_000 }, jobs);
worker.on('reEnqueue', () => (seen.refusals += 1));
worker.on('success', () => (seen.successes += 1));
await worker.connect();
await worker.start();
process.on('message', (asked) => {
  if (asked === 'tell') process.send?.(seen);
  else void worker.end().then(() => process.disconnect());
});
