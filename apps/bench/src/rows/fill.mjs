// @ts-check
import { payloads } from '../contender.mjs';

const mostAtOnce = 1_000;

/** Enqueues `count` jobs, spread evenly over the queues. */
export async function fill(
  /** @type {import('../contender.mjs').Producer} */ producer,
  /** @type {string[]} */ queues,
  /** @type {number} */ count,
  bytes = 100,
) {
  // A chunk of big payloads is kept below some megabytes.
  const chunk = Math.max(1, Math.min(mostAtOnce, Math.floor(4e6 / bytes)));
  for (const [index, queue] of queues.entries()) {
    const share = Math.floor((count + index) / queues.length);
    for (let done = 0; done < share; done += chunk) {
      const data = payloads(Math.min(chunk, share - done), bytes, (index + 1) * 1e7 + done);
      await producer.enqueueMany(queue, data);
    }
  }
}
