import { claimOf, Plugin, ReskueError } from '@reskue/core';
import { addOwnCommands, goOn, tellNeeds, tellsNeeds, type MetNeeds } from '@reskue/core/protocol';
import { Hold } from './lock/hold.js';
import { frontOf, lockFront, lockKey, positiveOption } from './lock/lock-options.js';
import { tell } from './tell.js';

/** Seconds. */
const defaultTimeout = 3_600;

/**
 * Lets no two equal jobs run at once. One that finds its like at work is tried again `enqueueTimeout` ms later (for which
 * a scheduler must run), or with `reEnqueue: false` dropped. Options: `JobLockOptions`.
 *
 * The lock is renewed while the job runs, and goes with the end of the job in one step, whatever that end is; of a process
 * that was killed it goes with the taking back of its jobs.
 */
export class JobLock extends Plugin {
  #hold: Hold | undefined;

  override beforePerform(): Promise<boolean> {
    try {
      const met = claimOf(this)?.met;
      if (met && this.#takeWhatCame(met)) return goOn;
      const hold = (this.#hold = this.#newHold(this.key()));
      return hold.takeAnd((taken) => this.#answered(hold, taken));
    } catch (error) {
      // Of an option.
      return Promise.reject(error);
    }
  }

  override afterPerform(): Promise<boolean> {
    // A function of the application's is called once to take the lock and once to release it, as in node-resque.
    if (typeof this.options['key'] === 'function') this.key();
    return goOn;
  }

  override onSettle(): void | Promise<void> {
    const commands = this.#hold?.release();
    // Mostly known at once.
    if (commands instanceof Promise) return commands.then((late) => addOwnCommands(this, late));
    if (commands && commands.length > 0) addOwnCommands(this, commands);
  }

  /** Sends the job back, to be tried again later. */
  reEnqueue(): void {
    const delay = this.enqueueTimeout();
    this.redirect({ kind: 'requeued', dueMs: Date.now() + delay });
    tell(this.worker, 'reEnqueue', this.queue, this.job, { delay });
  }

  /** Seconds. */
  lockTimeout(): number {
    return positiveOption(this, 'lockTimeout', defaultTimeout);
  }

  /** Milliseconds. */
  enqueueTimeout(): number {
    return positiveOption(this, 'enqueueTimeout', 1_001);
  }

  /** The lock's full key. */
  key(): string {
    return lockKey(this, 'workerslock');
  }

  #newHold(key: string): Hold {
    const { connection } = this.queueObject;
    const leaseId = claimOf(this)?.leaseId;
    return new Hold({ connection, key, ttlMs: this.lockTimeout() * 1_000, leaseId });
  }

  /** Whether the lock that this job wants came along with its claim; then it goes with that, and is renewed if the job runs for a while. */
  #takeWhatCame(met: MetNeeds): boolean {
    // A subclass may have another key.
    if (!tellsNeeds(this) || this.options['key'] || !met.isOf(this.args)) return false;
    if (!met.hasLock(lockFront(this, 'workerslock'), this.lockTimeout() * 1_000)) return false;
    met.whenLong = () => {
      const hold = (this.#hold = this.#newHold(met.lockKey));
      hold.came(met.lockValue);
      hold.keep(() => this.#lost());
    };
    return true;
  }

  #answered(hold: Hold, taken: boolean | 'fenced'): boolean {
    if (taken === 'fenced') {
      throw new ReskueError(
        'RESKUE_LEASE_LOST',
        `This process was taken for dead, and the job ${this.func} with it`,
      );
    }
    if (taken) hold.keep(() => this.#lost());
    else if (this.options['reEnqueue'] ?? true) this.reEnqueue();
    return taken;
  }

  #lost(): void {
    const error = new ReskueError(
      'RESKUE_LOCK_LOST',
      `The lock of the job ${this.func} ran out or was taken while it runs: an equal one may run beside it`,
    );
    const { func, queue, args } = this;
    tell(this.worker, 'error', error, queue, { class: func, queue, args });
  }
}

// A claim brings the lock of its job along.
tellNeeds(JobLock, ({ connection, func, queue, options }) => {
  const ttlMs = Number(options['lockTimeout'] || defaultTimeout) * 1_000;
  if (options['key'] || !(ttlMs > 0)) return undefined;
  return { lock: { front: frontOf(connection, 'workerslock', func, queue), ttlMs } };
});
