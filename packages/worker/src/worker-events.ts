import type { ParsedJob } from '@reskue/core';

/** A Worker's events and what comes with them, as in node-resque; those after the comment are ours. */
export interface WorkerEvents {
  start: [at: Date];
  end: [at: Date];
  /** It found nothing in any of its queues and waits. */
  pause: [];
  /** It looks into this queue; `null` when it works all queues and there is none. */
  poll: [queue: string];
  /** It gave a sign of life, at this epoch second. */
  ping: [time: number];
  /** A job is in its hands, and in Redis in its record; one that was claimed ahead with others under the lease. */
  job: [queue: string, job: ParsedJob];
  /** A plugin sent the job back to be tried later; `info` is an object of that plugin's. */
  // any: node-resque declares a string and gives an object; listeners are written for either.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  reEnqueue: [queue: string, job: ParsedJob, info: any];
  /** It ended well and that is settled; of a job that was claimed ahead (`claimAhead`) it is being settled. `duration` in ms. */
  // any: node-resque's declaration of a result
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  success: [queue: string, job: ParsedJob, result: any, duration: number];
  /** `duration` in ms. */
  failure: [queue: string, job: ParsedJob, failure: Error, duration: number];
  error: [error: Error, queue: string, job: ParsedJob];
  /** The name of a worker of this host whose process is gone, and the process id. */
  // any: node-resque declares a Worker and a string, and a number in its MultiWorker.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  cleaning_worker: [worker: any, pid: any];

  // ours
  /** A plugin has the job tried again at `dueMs` (epoch ms); a `success` without a result comes with it, as in node-resque. */
  retry: [queue: string, job: ParsedJob, error: Error, dueMs: number];
  /** The process was taken for dead: its jobs went back, and what it still does for them settles nothing. */
  leaseLost: [leaseId: string];
  /** This job was taken away while it ran (forced clean-up, a lost lease): its end settled nothing. */
  claimLost: [queue: string, job: ParsedJob];
  /** A job blocked the event loop of the process for so many ms; meanwhile a thread renewed the lease. */
  slow: [blockedMs: number];
  warning: [warning: Error];
  /** Another process died, and this one took its jobs back: so many went to their queues, so many to `failed`. */
  recovered: [leaseId: string, requeued: number, failed: number];
  /**
   * What an operator wants of the process (`reskue workers quiet`, `resume`, `stop`). The worker does so by itself: it pauses,
   * goes on, or ends when its job is done; the process is left to whoever listens.
   */
  control: [order: 'quiet' | 'resume' | 'stop'];
}
