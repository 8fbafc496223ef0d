import type { ParsedJob } from '@reskue/core';
import { Counter, Histogram } from 'prom-client';
import { BoundedLabels } from '../bounded-labels.js';
import type { ResolvedMetricsOptions } from '../metrics-options.js';

type Labels = 'queue' | 'class';

/** What is counted and measured of jobs, by queue and class. */
export class JobCounters {
  readonly processed: Counter<Labels>;
  readonly failed: Counter<Labels>;
  readonly retried: Counter<Labels>;
  readonly claimsLost: Counter<Labels>;
  readonly promoted: Counter<Labels>;
  readonly #run: Histogram<Labels>;
  readonly #wait: Histogram<Labels>;
  readonly #classes: BoundedLabels;
  readonly #queues: BoundedLabels;
  /** Jobs whose `success` is that of a retry: as in node-resque, one comes without a result. */
  readonly #retried = new WeakSet<object>();

  constructor(options: ResolvedMetricsOptions) {
    const counter = (name: string, help: string): Counter<Labels> =>
      new Counter({
        name: `${options.prefix}${name}`,
        help,
        labelNames: ['queue', 'class'],
        registers: [options.register],
      });
    const histogram = (name: string, help: string, buckets: number[]): Histogram<Labels> =>
      new Histogram({
        name: `${options.prefix}${name}`,
        help,
        labelNames: ['queue', 'class'],
        buckets,
        registers: [options.register],
      });
    this.#classes = new BoundedLabels(options.maxClasses);
    this.#queues = new BoundedLabels(options.maxQueues);
    this.processed = counter('jobs_processed_total', 'Jobs that were performed without an error');
    this.failed = counter('jobs_failed_total', 'Jobs that ended in failed');
    this.retried = counter('jobs_retried_total', 'Runs that failed and are tried again by a plugin');
    this.claimsLost = counter(
      'jobs_lost_claims_total',
      'Jobs taken away while they ran: their end settled nothing',
    );
    this.promoted = counter('jobs_promoted_total', 'Delayed jobs that this scheduler moved to their queues');
    this.#run = histogram(
      'job_run_seconds',
      'From the start of a run until its end was settled',
      options.runBuckets,
    );
    this.#wait = histogram(
      'job_wait_seconds',
      'From enqueued_at in the payload until the start; needs the option enqueuedAt of the Queue',
      options.waitBuckets,
    );
  }

  labels(queue: string, job: ParsedJob): { queue: string; class: string } {
    return { queue: this.#queues.of(queue), class: this.#classes.of(job.class) };
  }

  began(queue: string, job: ParsedJob): void {
    // A member that somebody else wrote may be anything.
    const since: unknown = Reflect.get(job, 'enqueued_at');
    if (typeof since !== 'number' || !Number.isFinite(since)) return;
    this.#wait.observe(this.labels(queue, job), Math.max(0, Date.now() - since) / 1_000);
  }

  triedAgain(queue: string, job: ParsedJob): void {
    this.#retried.add(job);
    this.retried.inc(this.labels(queue, job));
  }

  succeeded(queue: string, job: ParsedJob, durationMs: number): void {
    const labels = this.labels(queue, job);
    if (!this.#retried.delete(job)) this.processed.inc(labels);
    this.#run.observe(labels, durationMs / 1_000);
  }

  ended(queue: string, job: ParsedJob, durationMs: number): void {
    const labels = this.labels(queue, job);
    this.failed.inc(labels);
    this.#run.observe(labels, durationMs / 1_000);
  }
}
