// A worker process that claims short jobs ahead: argv = socket, folder of the ledger. Each start of a job is a line in it.
import { existsSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '../../packages/worker/dist/index.js';

const [path, folder] = process.argv.slice(2);
const ledger = openSync(join(folder, 'ledger'), 'a');
const note = (what, number) => writeSync(ledger, `${what} ${number} ${process.pid} ${Date.now()}\n`);
const jobs = {
  quick: (number) => note('quick', number),
  block: (number, ms) => {
    note('block', number);
    for (const end = Date.now() + ms; Date.now() < end;);
    note('unblocked', number);
  },
  sleep: async (number, ms) => {
    note('sleep', number);
    await new Promise((resolve) => setTimeout(resolve, ms));
    note('awake', number);
  },
  die: (number) => {
    note('die', number);
    if (existsSync(join(folder, 'died'))) return;
    writeFileSync(join(folder, 'died'), '');
    process.kill(process.pid, 'SIGKILL');
  },
};
const worker = new Worker(
  { connection: { path }, name: `host:${process.pid}`, queues: 'q', lease: 1_000 },
  jobs,
);
worker.on('error', (error) => console.log(error.message));
await worker.connect();
await worker.start();
console.log('ready');
