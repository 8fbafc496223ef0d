import { EventEmitter, once } from 'node:events';
import { Connection, type Jobs } from '@reskue/core';
import { MultiWorker, type MultiWorkerOptions } from '@reskue/multi-worker';
import { Scheduler, type SchedulerOptions } from '@reskue/scheduler';
import type { Worker } from '@reskue/worker';
import type { Logger } from 'pino';
import { logScheduler } from '../log/log-scheduler.js';
import { logWork } from '../log/log-work.js';
import type { WorkPhase, WorkState } from '../supervisor/supervisor-messages.js';
import { LeaseCheck } from './lease-check.js';
import { connectPatiently } from './connect-patiently.js';

export interface WorkProcessOptions {
  connection: ConstructorParameters<typeof Connection>[0];
  workers: Omit<MultiWorkerOptions, 'connection'>;
  /** Runs a scheduler as well, with these options. */
  scheduler?: SchedulerOptions | undefined;
  /** Ms for running jobs after `drain()`; then they are aborted and go back to their queues, unspent. */
  termTimeoutMs: number;
  /** So long Redis is waited for at the start. @default for ever */
  patienceMs?: number | undefined;
}

/**
 * The workers of this process, a scheduler if wished, and what is said of them.
 *
 * States (`phase`): `starting`: waits for Redis, registers; `working`; `quiet`: claims nothing, until `resume()`;
 * `draining`: running jobs end; `ended`. The event `phase` tells each change, `stopped` that an operator told it to drain.
 */
export class WorkProcess extends EventEmitter<{ phase: [WorkPhase]; stopped: [] }> {
  phase: WorkPhase = 'starting';
  processed = 0;
  failed = 0;
  readonly connection: Connection;
  readonly workers: MultiWorker;
  readonly scheduler: Scheduler | undefined;
  readonly #leases: LeaseCheck;
  readonly #stop = new AbortController();
  /** All that were hired and did not end yet, by number; those that were let go with a job in hand included. */
  readonly #roster = new Map<number, Worker>();
  #isQuiet = false;
  #ending: Promise<void> | undefined;

  /** @throws RESKUE_OPTION_INVALID */
  constructor(
    readonly options: WorkProcessOptions,
    jobs: Jobs,
    readonly log: Logger,
  ) {
    super();
    this.connection = new Connection(options.connection);
    const connection = this.connection;
    this.workers = new MultiWorker({ ...options.workers, connection }, jobs);
    logWork(this.workers, log);
    this.workers.on('success', () => (this.processed += 1));
    this.workers.on('failure', () => {
      this.processed += 1;
      this.failed += 1;
    });
    this.workers.on('control', (_id, order) => this.#obey(order));
    this.workers.on('start', (id) => this.#hired(id));
    this.workers.on('end', (id) => this.#roster.delete(id));
    if (options.scheduler) {
      this.scheduler = new Scheduler({ ...options.scheduler, connection }, jobs);
      logScheduler(this.scheduler, log);
    }
    this.#leases = new LeaseCheck(connection, () => this.claiming > 0);
  }

  /** Workers that stand in Redis and claim. */
  get claiming(): number {
    return this.workers.workers.filter(isClaiming).length;
  }

  get busy(): number {
    return [...this.#roster.values()].filter(({ job }) => job !== null).length;
  }

  get isConnected(): boolean {
    return this.connection.connected && this.connection.client.status === 'ready';
  }

  get state(): WorkState {
    const { phase, claiming, busy, processed, failed, isConnected } = this;
    const rssBytes = process.memoryUsage.rss();
    return {
      phase,
      connected: isConnected,
      claiming,
      busy,
      processed,
      failed,
      rssBytes,
      sick: this.#leases.sick,
    };
  }

  /** Resolves when the least number of workers claims, however long Redis is away before, or when it was ended. */
  async start(): Promise<void> {
    const { signal } = this.#stop;
    // Asked anew each time: the compiler takes a property for unchanged after an await.
    const isOver = (): boolean => signal.aborted;
    await connectPatiently(this.connection, this.log, signal, this.options.patienceMs);
    if (isOver()) return;
    this.#leases.start();
    await this.workers.start();
    await this.scheduler?.connect();
    await this.scheduler?.start();
    while (!isOver() && this.#registered < this.workers.options.minTaskProcessors)
      await once(this.workers, 'multiWorkerAction', { signal }).catch(() => undefined);
    if (!isOver()) this.#enter(this.#isQuiet ? 'quiet' : 'working');
  }

  /** Claims nothing more until `resume()`; running jobs go on. */
  quiet(): void {
    this.#isQuiet = true;
    for (const worker of this.#roster.values()) worker.pause();
    if (this.phase === 'working') this.#enter('quiet');
  }

  resume(): void {
    this.#isQuiet = false;
    for (const worker of this.#roster.values()) worker.resume();
    if (this.phase === 'quiet') this.#enter('working');
  }

  /** Ends in good order: running jobs get the time for it, then they go back. Twice is once. */
  async drain(): Promise<void> {
    const { termTimeoutMs } = this.options;
    const timer = setTimeout(() => this.#giveUpJobs(`after ${termTimeoutMs / 1_000} s`), termTimeoutMs);
    await this.#end();
    clearTimeout(timer);
  }

  /** Ends as fast as order allows: running jobs are aborted and go back to their queues, unspent. */
  async stopNow(): Promise<void> {
    const ended = this.#end();
    this.#giveUpJobs('at once');
    await ended;
  }

  /** What an operator wants of this process, wherever he is. */
  #obey(order: 'quiet' | 'resume' | 'stop'): void {
    this.log.info({ order }, 'told by an operator');
    if (order === 'quiet') this.quiet();
    else if (order === 'resume') this.resume();
    else {
      this.emit('stopped');
      void this.drain();
    }
  }

  #end(): Promise<void> {
    return (this.#ending ??= this.#leave());
  }

  async #leave(): Promise<void> {
    this.#stop.abort();
    this.#enter('draining');
    await Promise.all([this.workers.end(), this.scheduler?.end()]);
    this.#leases.stop();
    // That commands in flight end with the connection is no news.
    this.workers.removeAllListeners('error');
    this.connection.end();
    this.#enter('ended');
  }

  #giveUpJobs(when: string): void {
    const { busy } = this;
    if (busy > 0)
      this.log.warn({ jobs: busy }, `running jobs are aborted ${when} and go back to their queues`);
    for (const worker of this.#roster.values()) void worker.end({ timeout: 0 });
  }

  get #registered(): number {
    return this.workers.workers.filter(isRegistered).length;
  }

  #hired(id: number): void {
    const worker = this.workers.workers.find((one) => one.id === id);
    if (!worker) return;
    this.#roster.set(id, worker);
    if (this.#isQuiet) worker.pause();
  }

  #enter(phase: WorkPhase): void {
    this.phase = phase;
    this.emit('phase', phase);
  }
}

/** It gave its first sign of life. */
const isRegistered = (worker: Worker): boolean => worker.pingTimer !== undefined && worker.running;
const isClaiming = (worker: Worker): boolean => isRegistered(worker) && !worker.paused;
