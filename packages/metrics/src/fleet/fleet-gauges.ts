import { Counter, Gauge } from 'prom-client';
import { BoundedLabels } from '../bounded-labels.js';
import type { ResolvedMetricsOptions } from '../metrics-options.js';
import { lookAtFleet, type FleetLook } from './fleet-look.js';
import type { WatchedQueue } from './watched-queue.js';

/** A scrape does not wait longer for Redis; Prometheus itself gives up after 10 s. */
const patienceMs = 2_000;

/** What Redis tells of the whole fleet, asked when Prometheus asks. Absent while nothing is watched, or Redis is away. */
export class FleetGauges {
  readonly #up: Gauge;
  readonly #byQueue: Record<'depth' | 'oldest' | 'paused', Gauge<'queue'>>;
  readonly #single: Record<
    'failed' | 'delayed' | 'overdue' | 'recovered' | 'workers' | 'busy' | 'leader' | 'paused',
    Gauge
  >;
  readonly #stats: Record<'processed' | 'failed', Counter>;
  readonly #options: ResolvedMetricsOptions;
  readonly #watched = new Set<WatchedQueue>();
  /** The look that the metrics of one scrape share. */
  #look: Promise<void> | undefined;

  constructor(options: ResolvedMetricsOptions) {
    this.#options = options;
    const { prefix, register } = options;
    const common = { registers: [register], aggregator: 'max' as const, collect: () => this.#collect() };
    const single = (name: string, help: string): Gauge => new Gauge({ ...common, name: prefix + name, help });
    const byQueue = (name: string, help: string): Gauge<'queue'> =>
      new Gauge({ ...common, name: prefix + name, help, labelNames: ['queue'] });
    const stat = (name: string, help: string): Counter =>
      new Counter({ ...common, name: prefix + name, help });
    this.#up = single('redis_up', '1 where Redis answered within 2 s');
    this.#byQueue = {
      depth: byQueue('queue_depth', 'Jobs that wait in a queue'),
      oldest: byQueue(
        'queue_oldest_age_seconds',
        'How long the first job of a queue waits; needs the option enqueuedAt of the Queue',
      ),
      paused: byQueue('queue_paused', '1 for each queue that is paused'),
    };
    this.#single = {
      failed: single('failed_jobs', 'Entries in failed'),
      delayed: single('delayed_jobs', 'Delayed jobs; beyond 1,000 seconds at least so many'),
      overdue: single('delayed_overdue_seconds', 'For how long the earliest delayed job is due'),
      recovered: single(
        'recovered_jobs',
        'Jobs that were taken back from dead processes in the last 72 h and are not done since',
      ),
      workers: single('workers', 'Workers of the fleet, of every process'),
      busy: single('workers_busy', 'Workers of the fleet that are at a job'),
      leader: single('leader', '1 where a scheduler leads'),
      paused: single('paused', '1 where all workers are paused'),
    };
    this.#stats = {
      processed: stat('stat_processed_total', "Resque's own counter stat:processed"),
      failed: stat('stat_failed_total', "Resque's own counter stat:failed"),
    };
    this.#clear();
    this.#up.remove();
  }

  watch(queue: WatchedQueue): () => void {
    this.#watched.add(queue);
    return () => {
      this.#watched.delete(queue);
    };
  }

  #collect(): Promise<void> {
    this.#look ??= this.#lookOnce().finally(() => (this.#look = undefined));
    return this.#look;
  }

  async #lookOnce(): Promise<void> {
    const [queue] = this.#watched;
    if (queue === undefined) {
      this.#clear();
      this.#up.remove();
      return;
    }
    try {
      this.#show(await withinPatience(lookAtFleet(queue.connection)));
      this.#up.set(1);
    } catch {
      this.#clear();
      this.#up.set(0);
    }
  }

  #clear(): void {
    for (const gauge of Object.values(this.#byQueue)) gauge.reset();
    for (const gauge of Object.values(this.#single)) gauge.remove();
    for (const counter of Object.values(this.#stats)) counter.remove();
  }

  #show(look: FleetLook): void {
    this.#showQueues(look);
    const overdueMs = look.nextDue === undefined ? 0 : Math.max(0, Date.now() - look.nextDue);
    this.#single.failed.set(look.failed);
    this.#single.delayed.set(look.delayed);
    this.#single.overdue.set(overdueMs / 1_000);
    this.#single.recovered.set(look.recovered);
    this.#single.workers.set(look.workers);
    this.#single.busy.set(look.busy);
    this.#single.leader.set(Number(look.hasLeader));
    this.#single.paused.set(Number(look.allPaused));
    for (const [counter, value] of [
      [this.#stats.processed, look.processedStat],
      [this.#stats.failed, look.failedStat],
    ] as const) {
      counter.reset();
      counter.inc(value);
    }
  }

  #showQueues({ queues, paused }: FleetLook): void {
    const { depth, oldest, paused: isPaused } = this.#byQueue;
    for (const gauge of [depth, oldest, isPaused]) gauge.reset();
    // Anew each time: a queue that is gone makes room. By name, so that it is the same ones while nothing changes.
    const labels = new BoundedLabels(this.#options.maxQueues);
    const eldest = new Map<string, number>();
    for (const [name, head] of [...queues].sort(([one], [two]) => (one < two ? -1 : 1))) {
      const queue = labels.of(name);
      depth.inc({ queue }, head.depth);
      if (head.since !== undefined)
        eldest.set(queue, Math.min(eldest.get(queue) ?? Number.POSITIVE_INFINITY, head.since));
    }
    for (const [queue, since] of eldest) oldest.set({ queue }, Math.max(0, Date.now() - since) / 1_000);
    for (const name of paused) isPaused.set({ queue: labels.of(name) }, 1);
  }
}

async function withinPatience<Result>(work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Redis did not answer')), patienceMs);
  });
  // Whichever comes second is of no interest any more.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
