import {
  closeClient,
  untilCommonMoment,
  type Connection,
  type Jobs,
  type RedisClient,
} from '@reskue/core/protocol';
import { Worker, type EndOptions } from '@reskue/worker';
import { decide } from './decide.js';
import { LoopDelay } from './loop-delay.js';
import { MultiWorkerEmitter } from './multi-worker-emitter.js';
import {
  resolveMultiWorkerOptions,
  type MultiWorkerOptions,
  type ResolvedMultiWorkerOptions,
} from './multi-worker-options.js';
import { Staff } from './staff.js';

/** Looks that found Redis away come less and less often, down to this many ms apart. */
const longestPauseMs = 5_000;
/** While there is nothing to decide, so many times `checkTimeout` pass between two looks: by default 5 s, as between two pings. */
const settledPauses = 10;

/**
 * Many workers in one process, as many as there is work for and as its event loop bears. They share one connection, one
 * lease and one blocking connection.
 *
 * States: idle; `start()`: running, with the minimum of workers at once, and from then on a look every `checkTimeout` ms
 * whether to have one more or one less; `end()`: ending, until every worker has settled its job, and idle again.
 */
export class MultiWorker extends MultiWorkerEmitter {
  readonly options: ResolvedMultiWorkerOptions;
  jobs: Jobs;
  name: string;
  /** It was started, and not ended since. */
  running = false;
  /** It is ending. */
  stopInProcess = false;
  eventLoopBlocked = true;
  /** Milliseconds by which the event loop was late before the last look; `Infinity` before the first. */
  eventLoopDelay = Infinity;
  /** How often the event loop was measured. */
  eventLoopCheckCounter = 0;
  /** Set between two looks. */
  checkTimer: NodeJS.Timeout | undefined;
  readonly #connection: Connection;
  readonly #ownsConnection: boolean;
  readonly #staff: Staff;
  readonly #loopDelay = new LoopDelay();
  #session = new AbortController();
  #checking: Promise<void> = Promise.resolve();
  #ending: Promise<void> | undefined;

  /** @throws RESKUE_OPTION_INVALID */
  constructor(options: MultiWorkerOptions = {}, jobs: Jobs = {}) {
    super();
    const resolved = resolveMultiWorkerOptions(options, jobs);
    this.options = resolved.options;
    this.name = this.options.name;
    this.jobs = jobs;
    this.#connection = resolved.connection;
    this.#ownsConnection = resolved.ownsConnection;
    this.#makeRoom();
    const hire = (id: number): Worker => {
      const name = `${this.name}:${process.pid}+${id}`;
      const worker = new Worker({ ...resolved.workerOptions, name, id }, this.jobs);
      // Behind those who are told of it, and may end it in another way.
      worker.on('control', (order) => order === 'stop' && queueMicrotask(() => void this.end()));
      return worker;
    };
    this.#staff = new Staff(this.#connection, hire, this);
  }

  /** Those who stay; who was let go and still finishes a job is not among them. */
  get workers(): Worker[] {
    return this.#staff.workers;
  }

  /** Some worker has a job in hand. */
  get working(): boolean {
    return this.#staff.busy > 0;
  }

  /**
   * Begins to work, or will when an `end()` under way is done. Does not wait for Redis: while it cannot be reached there
   * are `error` events, and it goes on trying until `end()`. Never rejects.
   */
  async start(): Promise<void> {
    if (this.running) return;
    this.running = true;
    if (!this.#ending) this.#begin();
  }

  /** The same as `end()`. */
  async stop(options: EndOptions = {}): Promise<void> {
    await this.end(options);
  }

  /**
   * Stops claiming at once and resolves when every job in hand is settled, the workers are out of Redis and its own
   * connection is closed. May be called before `start()`; twice is once. Never rejects.
   */
  async end(options: EndOptions = {}): Promise<void> {
    this.running = false;
    this.#ending ??= this.#end(options).finally(() => {
      this.#ending = undefined;
      if (this.running) this.#begin();
    });
    await this.#ending;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  #begin(): void {
    this.#session = new AbortController();
    this.eventLoopBlocked = true;
    this.eventLoopDelay = Infinity;
    this.#connection.on('error', this.#onError);
    this.#connection.on('warning', this.#onWarning);
    this.#loopDelay.start();
    this.#check(this.#session.signal, 0);
  }

  /** One look, what follows from it, and the appointment for the next one. */
  #check(ended: AbortSignal, failures: number): void {
    const adjusted = this.#adjust(ended).catch((error: unknown) => {
      this.report(error, this.#firstId);
      return false;
    });
    this.#checking = adjusted.then((succeeded) => {
      if (ended.aborted) return;
      const setbacks = succeeded ? 0 : failures + 1;
      const { checkTimeout } = this.options;
      const pauseMs = this.#isSettled
        ? untilCommonMoment(checkTimeout * settledPauses)
        : Math.max(checkTimeout, Math.min(checkTimeout * 2 ** setbacks, longestPauseMs));
      this.#loopDelay.expectLookIn(pauseMs);
      this.checkTimer = setTimeout(() => {
        this.#measure();
        this.#check(ended, setbacks);
      }, pauseMs);
    });
  }

  /** Nothing happens, and it could not have more workers or fewer: there is next to nothing to look for. */
  get #isSettled(): boolean {
    const { minTaskProcessors, maxTaskProcessors } = this.options;
    const { length } = this.workers;
    return length === minTaskProcessors && length === maxTaskProcessors && !this.#loopDelay.isAwake;
  }

  #measure(): void {
    this.eventLoopDelay = this.#loopDelay.look();
    this.eventLoopBlocked = this.eventLoopDelay > this.options.maxEventLoopDelay;
    this.eventLoopCheckCounter += 1;
  }

  /** Gives false when some worker could not be started. */
  async #adjust(ended: AbortSignal): Promise<boolean> {
    const { minTaskProcessors, maxTaskProcessors } = this.options;
    const staff = this.#staff;
    const verb = decide({
      running: this.running,
      workers: staff.workers.length,
      leaving: staff.leaving,
      busy: staff.busy,
      minimum: minTaskProcessors,
      maximum: maxTaskProcessors,
      blocked: this.eventLoopBlocked,
    });
    // One a look; but the minimum is reached at once.
    const more = verb === '+' ? Math.max(1, minTaskProcessors - staff.workers.length) : 0;
    for (let count = 0; count < more; count += 1) staff.hire();
    if (verb === '-') staff.letGo();
    const succeeded = await staff.startNewcomers(ended);
    if (!ended.aborted)
      for (let count = 0; count < Math.max(1, more); count += 1)
        this.tell('multiWorkerAction', verb, this.eventLoopDelay);
    return succeeded;
  }

  async #end(options: EndOptions): Promise<void> {
    this.stopInProcess = true;
    const hadWorkers = this.workers.length > 0;
    this.#session.abort();
    clearTimeout(this.checkTimer);
    this.checkTimer = undefined;
    this.#loopDelay.stop();
    await this.#staff.end(options, this.#checking, () => this.#giveUpWaiting());
    if (this.#ownsConnection) this.#connection.end();
    this.#connection.removeListener('error', this.#onError);
    this.#connection.removeListener('warning', this.#onWarning);
    this.stopInProcess = false;
    if (hadWorkers) this.tell('multiWorkerAction', '--', this.eventLoopDelay);
  }

  /** Newcomers that wait for a Redis that is away have nothing to settle: what they sent is rejected now. */
  #giveUpWaiting(): void {
    // Declared as present, for node-resque's users; it is not before connect().
    const redis = this.#connection.redis as RedisClient | undefined;
    if (this.#ownsConnection && redis && redis.status !== 'ready') closeClient(redis);
  }

  /** Every worker listens to the one client: that is no leak, and Node is not to warn of one. */
  #makeRoom(): void {
    const { redis } = this.#connection.options;
    const limit = redis?.getMaxListeners() ?? 0;
    // 0 means no limit.
    if (limit > 0) redis?.setMaxListeners(limit + this.options.maxTaskProcessors);
  }

  readonly #onError = (error: Error): void => this.report(error, this.#firstId);
  readonly #onWarning = (warning: Error): void => this.tell('warning', this.#firstId, warning);

  get #firstId(): number {
    return this.workers[0]?.id ?? 1;
  }
}
