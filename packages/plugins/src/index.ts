import { registerPlugin } from '@reskue/core';
import { DelayQueueLock } from './delay-queue-lock.js';
import { JobLock } from './job-lock.js';
import { Noop } from './noop.js';
import { QueueLock } from './queue-lock.js';
import { Retry } from './retry.js';

// So that `plugins: ["JobLock"]` finds them.
for (const plugin of [DelayQueueLock, JobLock, Noop, QueueLock, Retry]) registerPlugin(plugin.name, plugin);

export { DelayQueueLock, JobLock, Noop, QueueLock, Retry };
export type { BackoffStrategy, RetryOptions } from './retry/retry-options.js';
export type { JobLockOptions, LockOptions } from './lock/lock-options.js';
