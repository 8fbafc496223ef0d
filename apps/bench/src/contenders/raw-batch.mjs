// @ts-check
import { Redis } from 'ioredis';
import { contender as raw } from './raw.mjs';

/**
 * The limit of what can be reached on a list: one LPOP with a count for all slots that are free, two calls in flight, and
 * nothing else. A job whose process dies is lost.
 * @type {import('../contender.mjs').Contender}
 */
export const contender = {
  ...raw,
  name: 'raw-batch',
  groups: ['work'],

  async work(at, { queues: [queue = ''], slots }, perform) {
    const redis = new Redis({ ...at });
    let ended = false;
    let free = slots;
    let calls = 0;
    const settle = () => {
      free += 1;
      if (calls < 2) setImmediate(claim);
    };
    const claim = async () => {
      if (ended || free === 0 || calls === 2) return;
      const wanted = free;
      calls += 1;
      free = 0;
      const found = (await redis.lpop(queue, wanted).catch(() => null)) ?? [];
      calls -= 1;
      free += wanted - found.length;
      for (const data of found) {
        const running = perform(data);
        if (running) void running.then(settle);
        else free += 1;
      }
      // An empty queue is looked at again soon: what it costs to be idle is not what this is for.
      if (found.length > 0) setImmediate(claim);
      else setTimeout(claim, 5);
    };
    void claim();
    return {
      async end() {
        ended = true;
        redis.disconnect();
      },
    };
  },
};
