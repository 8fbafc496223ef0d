import type {
  ErrorPayload,
  IdleWorker,
  ParsedFailedJobPayload,
  ParsedJob,
  ParsedWorkerPayload,
} from '@reskue/core';
import type { AnyJobs } from './any-jobs.js';
import { allDelayed, delayedAt, timestamps } from './delayed/list-delayed.js';
import { removeDelayedJobs, scheduledAt, type LookOptions } from './delayed/remove-delayed-jobs.js';
import { Enqueuer } from './enqueuer.js';
import { checkQueueName, toArgs } from './enqueue/job-call.js';
import { removeFailed } from './failed/find-failed.js';
import { readFailed } from './failed/read-failed.js';
import { retryAndRemove } from './failed/retry-failed.js';
import { retryStuckJobs } from './failed/retry-stuck-jobs.js';
import { locks, stats } from './locks.js';
import { resumeAll, resumeQueue } from './pause.js';
import { deleteQueue } from './queued/delete-queue.js';
import { readJob } from './queued/read-job.js';
import { readList } from './queued/read-list.js';
import { removeByClass, removeJobs } from './queued/remove-jobs.js';
import { cleanOldWorkers, forceCleanWorker } from './workers/force-clean-worker.js';
import { workers } from './workers/list-workers.js';
import { allWorkingOn } from './workers/working-on.js';

/**
 * Puts jobs into Redis, and looks at, moves and removes what is there: node-resque 9's class, whole. Jobs are found and
 * removed whoever wrote them (node-resque, Ruby Resque), by their decoded values. Every method rejects with
 * RESKUE_NOT_CONNECTED before `connect()`.
 *
 * Events: `error` (error): trouble of the connection, and what no call rejects with. `warning` (error): Redis is set up so
 * that jobs may get lost.
 */
export class Queue<Jobs extends object = AnyJobs> extends Enqueuer<Jobs> {
  /** The names of the queues, in no order. */
  async queues(): Promise<string[]> {
    return this.connection.client.smembers(this.connection.keys.queues);
  }

  /** Removes a queue with all its jobs. */
  async delQueue(queue: string): Promise<void> {
    await deleteQueue(this.context, queue);
  }

  /** How many jobs wait in a queue; delayed ones are not counted. */
  async length(queue: string): Promise<number> {
    return this.connection.client.llen(this.connection.keys.queue(queue));
  }

  /** The jobs of a queue from `start` to `stop`, both included; negative ones count from the end. */
  async queued(queue: string, start = 0, stop = -1): Promise<ParsedJob[]> {
    const texts = await readList(this.connection, this.connection.keys.queue(queue), start, stop);
    return texts.map((text) => readJob(text, queue));
  }

  /** Removes a job from a queue: all equal ones, or `count` from the head (negative: from the tail). Gives how many. */
  async del(queue: string, className: string, args: unknown = [], count = 0): Promise<number> {
    return removeJobs(this.context, queue, className, toArgs(args), count);
  }

  /** Removes the jobs of a class among the entries from `start` to `stop`, and gives how many of these there were. */
  async delByFunction(queue: string, className: string, start = 0, stop = -1): Promise<number> {
    return removeByClass(this.context, queue, className, start, stop);
  }

  /** Removes a delayed job from every second, and gives these seconds. */
  async delDelayed(
    queue: string,
    className: string,
    args: unknown = [],
    { deep = true }: LookOptions = {},
  ): Promise<number[]> {
    return removeDelayedJobs(this.connection, queue, className, toArgs(args), deep);
  }

  /** The epoch seconds for which a job is delayed, ascending. */
  async scheduledAt(
    queue: string,
    className: string,
    args: unknown = [],
    { deep = true }: LookOptions = {},
  ): Promise<number[]> {
    return scheduledAt(this.connection, queue, className, toArgs(args), deep);
  }

  /** The times (epoch ms, ascending) for which jobs are delayed. */
  async timestamps(): Promise<number[]> {
    return timestamps(this.connection);
  }

  /** The jobs delayed for the second of an epoch ms, and that second. */
  async delayedAt(timestamp: number | string): Promise<{ tasks: ParsedJob[]; rTimestamp: number }> {
    return delayedAt(this.connection, timestamp);
  }

  /** All delayed jobs by their epoch ms. Reads everything that is delayed. */
  async allDelayed(): Promise<{ [timestamp: string]: ParsedJob[] }> {
    return allDelayed(this.connection);
  }

  /** The locks of QueueLock and JobLock: key without the namespace to value. Looks at every key of the database. */
  async locks(): Promise<{ [lock: string]: string }> {
    return locks(this.connection);
  }

  /** Removes a lock by its key without the namespace, and gives how many were removed. */
  async delLock(lock: string): Promise<number> {
    return this.connection.client.del(this.connection.key(lock));
  }

  /** The workers: name to queues, joined by commas. */
  async workers(): Promise<{ [worker: string]: string }> {
    return workers(this.connection);
  }

  /** The record of what a worker is working on, as text; null when it is idle. */
  async workingOn(workerName: string, queues: string): Promise<string | null> {
    return this.connection.client.get(this.connection.key('worker', workerName, queues));
  }

  /** What each worker is working on, by name; `"started"` when it is idle. */
  async allWorkingOn(): Promise<{ [worker: string]: ParsedWorkerPayload | IdleWorker }> {
    return allWorkingOn(this.connection);
  }

  /**
   * Removes a worker as if it were dead; the job in its hands goes to `failed`. Gives that entry, or undefined when it had
   * none. An unknown name is told by the `error` event.
   */
  async forceCleanWorker(workerName: string): Promise<ErrorPayload | undefined> {
    return forceCleanWorker(this.context, workerName);
  }

  /** Removes the workers that have been busy with one job for longer than `age` ms; gives their entries in `failed`. */
  async cleanOldWorkers(age: number): Promise<{ [worker: string]: ErrorPayload }> {
    return cleanOldWorkers(this.context, age);
  }

  async failedCount(): Promise<number> {
    return this.connection.client.llen(this.connection.keys.failed);
  }

  /** The failed jobs from `start` to `stop`, both included, the oldest first. */
  async failed(start = 0, stop = -1): Promise<ParsedFailedJobPayload[]> {
    return readFailed(this.connection, start, stop);
  }

  /** Removes one entry that `failed()` gave, and gives how many were removed. */
  async removeFailed(failedJob: ErrorPayload | ParsedFailedJobPayload): Promise<number> {
    return removeFailed(this.context, failedJob);
  }

  /**
   * Moves a failed job back to its queue, byte for byte, in one step. False when a `beforeEnqueue` hook refused; then it
   * stays.
   * @throws RESKUE_JOB_NOT_FAILED ("This job is not in failed queue"), RESKUE_PAYLOAD_INVALID
   */
  async retryAndRemoveFailed(failedJob: ErrorPayload | ParsedFailedJobPayload): Promise<boolean> {
    return retryAndRemove(this.context, failedJob);
  }

  /** Retries what `forceCleanWorker` put into `failed`, looking at its first `upperLimit` entries. */
  async retryStuckJobs(upperLimit: number = Infinity): Promise<void> {
    await retryStuckJobs(this.context, upperLimit);
  }

  /** The name of the scheduler that leads; null when none does. */
  async leader(): Promise<string | null> {
    return this.connection.client.get(this.leaderKey());
  }

  leaderKey(): string {
    return this.connection.keys.leaderLock;
  }

  /** Counters as texts: `processed`, `failed`, and both by worker (`processed:<name>`). Looks at every key of the database. */
  async stats(): Promise<{ [stat: string]: string }> {
    return stats(this.connection);
  }

  /** Lets no worker take jobs from a queue, until `resume`. What runs goes on; the queue still takes jobs. */
  async pause(queue: string): Promise<void> {
    checkQueueName(queue);
    await this.connection.client.sadd(this.connection.keys.paused, queue);
  }

  async resume(queue: string): Promise<void> {
    checkQueueName(queue);
    await resumeQueue(this.connection, queue);
  }

  /** The names of the paused queues, sorted. */
  async paused(): Promise<string[]> {
    return (await this.connection.client.smembers(this.connection.keys.paused)).sort();
  }

  /** Lets no worker take any job, Ruby's workers included, until `resumeAll`. */
  async pauseAll(): Promise<void> {
    await this.connection.client.set(this.connection.keys.pauseAll, 'true');
  }

  /** Ends `pauseAll`; queues that were paused one by one stay so. */
  async resumeAll(): Promise<void> {
    await resumeAll(this.connection);
  }
}
