import type { EventEmitter } from 'node:events';
import { setImmediate as nextTick } from 'node:timers/promises';
import type { Connection, Jobs } from '@reskue/core';
import { Queue } from '@reskue/queue';
import { Leadership } from './leader/leadership.js';
import { PromotionHooks } from './promotion/promotion-hooks.js';
import { delayedJobsOf } from './promotion/delayed-jobs-of.js';
import { Promoter } from './promotion/promoter.js';
import { Round } from './round.js';
import { asError, type Emit } from './scheduler-events.js';
import {
  resolveSchedulerOptions,
  type ResolvedSchedulerOptions,
  type SchedulerOptions,
} from './scheduler-options.js';
import { ScheduleMethods } from './schedules/schedule-methods.js';
import { Schedules } from './schedules/schedules.js';
import { TickHooks } from './schedules/tick-hooks.js';
import { Ticker } from './schedules/ticker.js';
import { LeaseWatch } from './stuck/lease-watch.js';
import { StuckWorkers } from './stuck/stuck-workers.js';
import { Alarm } from './waiting/alarm.js';
import { isReachable, settledWhileReachable } from './waiting/reachable.js';
import { RedisClock } from './waiting/redis-clock.js';
import { Turns } from './waiting/turns.js';
import { WakeListener } from './waiting/wake-listener.js';

/** A function, since TypeScript takes `aborted` as it was before an await. */
const isOn = (signal: AbortSignal): boolean => !signal.aborted;

/** A back-off begins here and doubles up to `timeout`. */
const firstBackOffMs = 100;
const longestBackOffMs = 4_000;

/**
 * Moves delayed jobs to their queues when they are due, brings recurring ones, and looks after workers that died. Any number may run; one leads,
 * the others wait to take over.
 *
 * States: new; `connect()`; `start()`: rounds (`Round`) and sleeps in turn until `end()`; then `connect()` begins anew.
 * `poll()` is one round, also without `start()`. Rounds never overlap. An error of Redis is an `error` event and a pause.
 */
export class Scheduler extends ScheduleMethods {
  readonly options: ResolvedSchedulerOptions;
  readonly name: string;
  /** Between `start()` and `end()`. */
  running = false;
  readonly queue: Queue;
  /** Of the queue. */
  connection: Connection;
  protected readonly recurring: Schedules;
  readonly #leadership: Leadership;
  readonly #stuck: StuckWorkers;
  readonly #round: Round;
  readonly #listener: WakeListener;
  readonly #alarm = new Alarm();
  #stop = new AbortController();
  readonly #turns = new Turns();
  #ending: Promise<void> | undefined;

  /**
   * `jobs`: the definitions whose plugins' enqueue hooks are to run when their jobs are due.
   * @throws RESKUE_OPTION_INVALID, and for a schedule RESKUE_SCHEDULE_INVALID, RESKUE_CRON_INVALID, RESKUE_ARGS_NOT_JSON
   */
  constructor(options: SchedulerOptions = {}, jobs: Jobs = {}) {
    super();
    this.options = resolveSchedulerOptions(options);
    const { name, timeout } = this.options;
    this.name = name;
    this.queue = new Queue({ connection: this.options.connection }, jobs);
    this.queue.on('error', (error: unknown) => this.#tell('error', asError(error)));
    const connection = (this.connection = this.queue.connection);
    const emit = this.#tell;
    this.recurring = new Schedules(connection, jobs);
    this.#leadership = new Leadership(connection, this.options);
    this.#stuck = new StuckWorkers(this.queue, this.options, emit);
    this.#listener = new WakeListener(
      connection,
      () => this.#alarm.ring(),
      (error) => emit('error', asError(error)),
    );
    const mayGoOn = async (): Promise<boolean> => !this.#stop.signal.aborted && (await this.#round.mayGoOn());
    const retryMs = Math.max(timeout, 1_000);
    const promoter = new Promoter({
      delayed: delayedJobsOf(connection),
      hooks: new PromotionHooks(jobs, this.queue, emit),
      emit,
      isHeard: (event) => this.listenerCount(event) > 0,
      name,
      dialect: connection.dialect,
      retryMs,
      mayGoOn,
    });
    const ticker = new Ticker({
      connection,
      clock: new RedisClock(connection),
      hooks: new TickHooks(jobs, this.queue, (error, queue) => emit('error', asError(error), queue)),
      emit,
      schedules: this.options.schedules,
      retryMs,
      mayGoOn,
    });
    this.#round = new Round({
      leadership: this.#leadership,
      promoter,
      ticker,
      leases: new LeaseWatch(connection, emit),
      stuck: this.#stuck,
      emit,
      timeout,
    });
  }

  /** Whether this scheduler is the one that promotes. */
  get leader(): boolean {
    return this.#leadership.leading;
  }

  /** A round is in hand. */
  get processing(): boolean {
    return this.#turns.busy;
  }
  /** The sleep until the next round. */
  get timer(): NodeJS.Timeout | undefined {
    return this.#alarm.timer;
  }

  /** Connects; twice is once. Rejects as Connection#connect does. */
  async connect(): Promise<void> {
    await this.#ending;
    if (this.#stop.signal.aborted) this.#stop = new AbortController();
    await this.queue.connect();
  }

  /**
   * Begins to work; resolves before the first round.
   * @throws RESKUE_NOT_CONNECTED
   */
  async start(): Promise<void> {
    if (this.running) return;
    this.#requireConnection();
    this.running = true;
    this.#tell('start');
    void this.#run(this.#stop.signal);
  }

  /**
   * One round now: tries to lead, and as leader promotes everything that is due and looks for workers that died. Errors of
   * Redis are `error` events.
   * @throws RESKUE_NOT_CONNECTED
   */
  async poll(): Promise<void> {
    this.#requireConnection();
    await this.#turns.take(async () => {
      try {
        await this.#round.run({ everything: true });
      } catch (error) {
        this.#report(error);
      }
    });
  }

  /** Looks once for workers that gave no sign of life for `stuckWorkerTimeout`, and cleans them up. */
  async checkStuckWorkers(): Promise<void> {
    await this.#stuck.check();
  }

  /** Removes a worker by force, with its job to `failed`, and tells that it was silent for `delta` seconds. */
  async forceCleanWorker(name: string, delta: number): Promise<void> {
    await this.#stuck.clean(name, delta);
  }

  /** Stops after the batch in hand, gives the lead away and closes the connection; also while Redis is away. Twice is once. */
  end(): Promise<void> {
    this.#ending ??= this.#end().finally(() => (this.#ending = undefined));
    return this.#ending;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  async #run(signal: AbortSignal): Promise<void> {
    // Whoever awaits start() and only then adds listeners hears everything.
    await nextTick();
    let woken = true;
    for (let errors = 0; !signal.aborted;) {
      let restMs: number;
      try {
        const early = woken;
        restMs = await this.#turns.take(() => this.#round.run({ everything: false, woken: early }));
        errors = 0;
      } catch (error) {
        this.#report(error);
        restMs = Math.min(this.options.timeout, longestBackOffMs, firstBackOffMs * 2 ** errors);
        errors += 1;
      }
      if (!isOn(signal)) break;
      this.#listen();
      woken = (await this.#alarm.sleep(restMs)) || errors > 0;
    }
  }

  #listen(): void {
    try {
      if (this.leader) this.#listener.start();
      else this.#listener.stop();
    } catch (error) {
      this.#report(error);
    }
  }

  async #end(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.running = false;
    this.#listener.stop();
    this.#alarm.ring();
    const { connection } = this;
    if ((await settledWhileReachable(connection, this.#turns.last)) && isReachable(connection)) {
      await settledWhileReachable(connection, this.#leadership.release());
    }
    this.#leadership.forget();
    await this.queue.end();
    this.#tell('end');
  }

  /** The getter throws. */
  #requireConnection(): object {
    return this.connection.client;
  }

  #report(error: unknown): void {
    // What the end of the connection makes of commands in flight is no news.
    if (!this.#stop.signal.aborted) this.#tell('error', asError(error));
  }

  /** This, with events of any type. */
  readonly #emitter: EventEmitter = this;
  readonly #tell: Emit = (name, ...args) => {
    if (name === 'error' && this.listenerCount('error') === 0) return;
    try {
      this.#emitter.emit(name, ...args);
    } catch (error) {
      // A listener's fault is the application's: it surfaces as an uncaught exception, and the round goes on.
      queueMicrotask(() => {
        throw error;
      });
    }
  };
}
