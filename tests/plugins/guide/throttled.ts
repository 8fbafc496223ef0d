import { Plugin } from '@reskue/core';

/** Lets so many jobs of a class run in a second; the others wait for a later one. Needs a scheduler. */
export class Throttled extends Plugin {
  override async beforePerform() {
    const { connection } = this.queueObject;
    const second = Math.floor(Date.now() / 1_000);
    const key = connection.key('throttle', this.func, second);
    const count = await connection.redis.incr(key);
    await connection.redis.expire(key, 10);
    if (count <= this.options['perSecond']) return true;
    this.redirect({ kind: 'requeued', dueMs: (second + 1) * 1_000 });
    return false;
  }
}
