// @ts-check
import { Redis } from 'ioredis';

/**
 * No queue library at all: one Redis command a job, LPOP and RPUSH, over one pipelined connection. A job whose process dies
 * is lost, nothing is counted, nothing fails: the price of everything that a library does is the distance to this.
 * @type {import('../contender.mjs').Contender}
 */
export const contender = {
  name: 'raw',
  package: 'ioredis',

  async produce(at) {
    const redis = new Redis({ ...at });
    return {
      enqueue: (queue, data) => redis.rpush(queue, data),
      enqueueMany: (queue, list) => redis.rpush(queue, ...list),
      end: () => redis.quit(),
    };
  },

  async work(at, { queues: [queue = ''], slots }, perform) {
    const [redis, blocking] = [new Redis({ ...at }), new Redis({ ...at })];
    let ended = false;
    /** @type {((data: string | undefined) => void)[]} */
    const waiting = [];
    let blocked = false;
    const block = async () => {
      blocked = true;
      while (waiting.length > 0) {
        const popped = await blocking.blpop(queue, 0).catch(() => null);
        waiting.shift()?.(popped?.[1]);
      }
      blocked = false;
    };
    const next = () =>
      new Promise((/** @type {(data: string | undefined) => void} */ resolve) => {
        waiting.push(resolve);
        if (!blocked) void block();
      });
    const slot = async () => {
      while (!ended) {
        const data = (await redis.lpop(queue)) ?? (await next());
        if (data !== undefined) await perform(data);
      }
    };
    const running = Array.from({ length: slots }, slot);
    return {
      async end() {
        ended = true;
        blocking.disconnect();
        await Promise.all(running);
        redis.disconnect();
      },
    };
  },
};
