import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Queue } from 'reskue';
import { createBaker } from './baker.mjs';

const queue = new Queue({ connection: { url: process.env.REDIS_URL, namespace: 'killed-process' } });
await queue.connect();
await queue.enqueue('bakery', 'bake', ['bread']);

const child = spawn(process.execPath, [fileURLToPath(new URL('baker.mjs', import.meta.url))], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [line] = await once(child.stdout, 'data');
console.log(`the first process: ${String(line).trim()}`);
child.kill('SIGKILL');
await once(child, 'close');
console.log('it was killed');

// The dead renew no lease. Whoever sees it run out puts what they held back to the front of its queue.
const worker = createBaker();
worker.on('success', async (_queue, _job, result) => {
  console.log(`the second process: ${result}`);
  console.log(`failed: ${await queue.failedCount()}, waiting: ${await queue.length('bakery')}`);
  for (const part of [worker, queue]) await part.end();
});
await worker.connect();
await worker.start();
