import { Plugin } from '@reskue/core';

/**
 * Refuses to enqueue a job that is delayed already, for whatever time, by whomever. It does not hinder the delayed job
 * itself when its time has come: the scheduler leaves that one, and copies of it, out of `scheduledAt`.
 */
export class DelayQueueLock extends Plugin {
  override async beforeEnqueue(): Promise<boolean> {
    // By the markers of the texts that the neighbours may have written: one round trip, whatever is delayed.
    const options = { deep: false };
    const seconds = await this.queueObject.scheduledAt(this.queue, this.func, this.args, options);
    return seconds.length === 0;
  }
}
