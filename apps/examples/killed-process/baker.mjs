import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'reskue';

const isChild = process.argv[1] === fileURLToPath(import.meta.url);

/** A worker whose process is taken for dead after a second without a sign of life; 10 seconds would be the default. */
export const createBaker = () =>
  new Worker(
    {
      connection: { url: process.env.REDIS_URL, namespace: 'killed-process' },
      queues: 'bakery',
      lease: 1_000,
    },
    {
      bake: async (what) => {
        if (isChild) {
          console.log(`baking ${what}, which takes a minute`);
          await sleep(60_000);
        }
        return `${what} is baked`;
      },
    },
  );

if (isChild) {
  const worker = createBaker();
  await worker.connect();
  await worker.start();
}
