import { Plugin, type Settling } from '@reskue/core';
import { Hold } from './lock/hold.js';
import { lockKey, positiveOption } from './lock/lock-options.js';

/**
 * Refuses to enqueue a job while an equal one waits in the queue. The lock belongs to the waiting job: it goes when that
 * begins to run, or is removed from its queue; and at once if the job does not get into its queue. Options: `LockOptions`.
 */
export class QueueLock extends Plugin {
  #hold: Hold | undefined;
  /** The lock of the job that began to run. */
  #released: string | undefined;

  override async beforeEnqueue(): Promise<boolean> {
    this.#hold = new Hold({
      connection: this.queueObject.connection,
      key: this.key(),
      ttlMs: this.lockTimeout() * 1_000,
      lapses: true,
    });
    // Under no lease, it is not fenced.
    return Boolean(await this.#hold.take());
  }

  override async beforePerform(): Promise<boolean> {
    this.#released = await this.#release();
    return true;
  }

  override async afterDequeue(): Promise<void> {
    await this.#release();
  }

  override async onSettle({ phase, outcome }: Settling): Promise<void> {
    if (phase === 'enqueue' && outcome !== 'done') {
      for (const { command, keys, args } of (await this.#hold?.release()) ?? [])
        this.settleWith(command, keys, args);
    }
    // Back in its queue unspent, the job is waiting again; unless an equal one was enqueued meanwhile.
    if (phase === 'perform' && outcome === 'requeued' && this.#released !== undefined) {
      const ttlMs = Math.ceil(this.lockTimeout() * 1_000);
      const value = Math.round((Date.now() + ttlMs) / 1_000) + 1;
      this.settleWith('set', [this.#released], [value, 'PX', ttlMs, 'NX']);
    }
  }

  /** Seconds. */
  lockTimeout(): number {
    return positiveOption(this, 'lockTimeout', 3_600);
  }

  /** The lock's full key. */
  key(): string {
    return lockKey(this, 'lock');
  }

  async #release(): Promise<string> {
    const key = this.key();
    await this.queueObject.connection.client.del(key);
    return key;
  }
}
