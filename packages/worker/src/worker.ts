import type { Connection, Jobs, ParsedJob } from '@reskue/core/protocol';
import { Queue } from '@reskue/queue';
import { cleanHost } from './clean-host.js';
import { engineFor } from './engine/engines.js';
import type { Lane } from './engine/lane.js';
import { QueueList } from './engine/queue-list.js';
import { Slot, slotIdentity, type Claim, type SlotHost, type SlotIdentity } from './engine/slot.js';
import { obey } from './obey.js';
import { chargeCrashes } from './perform/charge-crashes.js';
import { JobDesk, type DeskOwner } from './perform/job-desk.js';
import { performInline } from './perform/perform-inline.js';
import { ping } from './ping.js';
import { pingNoMore, pingRegularly } from './ping-round.js';
import { WorkerEmitter } from './worker-emitter.js';
import {
  resolveWorkerOptions,
  type EndOptions,
  type ResolvedWorkerOptions,
  type WorkerOptions,
} from './worker-options.js';

/**
 * Works one job at a time; a process may have many, which share their lease and their calls to Redis (`engine/`).
 *
 * States: new; `connect()`; `init()` registers it; `start()` begins to claim: it offers its slot to the lane of its queues,
 * gets a job (`working`), performs it, settles it, and offers itself again, until `end()`.
 */
export class Worker extends WorkerEmitter implements DeskOwner {
  readonly options: ResolvedWorkerOptions;
  jobs: Jobs;
  name: string;
  queues: string[];
  /** `"*"` when it works all queues. */
  originalQueue: string | null;
  /** The queue that it looked into last. */
  queue: string | null = null;
  /** What the last job threw, whatever that was; node-resque's declaration. */
  error: Error | null = null;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- node-resque's declaration
  result: any = null;
  started = false;
  ready = false;
  running = false;
  working = false;
  paused = false;
  /** What it works on. */
  job: ParsedJob | null = null;
  id: number;
  pollTimer: NodeJS.Timeout | undefined;
  endTimer: NodeJS.Timeout | undefined;
  pingTimer: NodeJS.Timeout | undefined;
  /** From `connect()` on. */
  declare connection: Connection;
  readonly queueObject: Queue;
  readonly #slot: Slot;
  readonly #desk: JobDesk;
  #lane: Lane | undefined;
  #joining: Promise<void> | undefined;
  #ending: Promise<void> | undefined;
  #stopCharging: (() => void) | undefined;
  #handOver: ((job: ParsedJob | null) => void) | undefined;

  /** @throws RESKUE_OPTION_INVALID */
  constructor(options: WorkerOptions = {}, jobs: Jobs = {}) {
    super();
    this.options = resolveWorkerOptions(options);
    this.jobs = jobs;
    this.name = this.options.name;
    this.id = this.options.id;
    const isWildcard = this.options.queues.length === 0 || this.options.queues.includes('*');
    this.originalQueue = isWildcard ? '*' : null;
    this.queues = isWildcard ? [] : this.options.queues;
    this.queueObject = new Queue({ connection: this.options.connection }, this.jobs);
    this.queueObject.on('error', (error: Error) => this.report(error));
    this.queueObject.on('warning', (warning: Error) => this.tell('warning', warning));
    this.#slot = new Slot(this.#identity(), this.#host());
    this.#desk = new JobDesk(this, this.#slot, () => this.#lane);
  }

  /** The queues as they stand in the worker's id, joined by `,`. */
  stringQueues(): string {
    return this.originalQueue ?? this.queues.join(',');
  }

  /** Connects; a worker of all queues learns which ones there are. Rejects as Connection#connect does. */
  async connect(): Promise<void> {
    await this.queueObject.connect();
    this.connection = this.queueObject.connection;
    this.#slot.identity = this.#identity();
    await this.checkQueues();
  }

  /** Registers it and begins to claim. Resolves when the first look at the queues is under way. */
  async start(): Promise<void> {
    if (!this.ready || this.#ending) return;
    this.started = true;
    this.tell('start', new Date());
    await this.init();
    this.#begin();
  }

  /** Puts the worker into Redis, with its first ping; `start()` does so, too. */
  async init(): Promise<void> {
    this.#joining ??= this.#join().catch((error: unknown) => {
      this.#joining = undefined;
      throw error;
    });
    await this.#joining;
    await ping(this, this.#slot.identity);
    if (this.#lane && !this.#ending && !this.pingTimer) pingRegularly(this, this.#slot, this.#lane.engine);
  }

  /** Stops claiming, lets the job in hand end, takes the worker out of Redis and closes the connection. Twice is once. */
  end({ timeout }: EndOptions = {}): Promise<void> {
    if (timeout !== undefined) this.endTimer ??= setTimeout(() => this.#desk.giveUp(timeout), timeout);
    this.#ending ??= this.#end().finally(() => (this.#ending = undefined));
    return this.#ending;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  /** Claims nothing more until `resume()`; the job in hand goes on. */
  pause(): void {
    this.paused = true;
    this.#lane?.withdraw(this.#slot);
  }

  resume(): void {
    this.paused = false;
    if (this.running) this.#lane?.offer(this.#slot);
  }

  /** Makes sure of the list of queues; with `"*"` it asks Redis which there are. */
  async checkQueues(): Promise<void> {
    if (this.originalQueue === '*') {
      const list = new QueueList(this.queues, true);
      await list.refresh(this.connection);
      this.queues = [...list.names];
      this.running = true;
    }
    this.ready = true;
  }

  /** With `looping: false`: claims one job, which stays in the worker's hands; `null` when there is none. */
  async poll(): Promise<ParsedJob | null> {
    await this.init();
    this.running = true;
    return new Promise((resolve) => {
      this.#handOver = resolve;
      this.working = true;
      this.#lane?.offer(this.#slot);
    });
  }

  /** Performs a job here and now, hooks included, without Redis: see `perform/perform-inline.ts`. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- node-resque's declaration
  async performInline(func: string, args: unknown = []): Promise<any> {
    return performInline(this, func, args);
  }

  /**
   * Removes workers of this host whose process is gone, as node-resque 4 did: `cleaning_worker` for each, its job goes to
   * `failed`. Those of Reskue need no such call; their lease runs out.
   */
  async workerCleanup(): Promise<void> {
    await cleanHost(this);
  }

  #begin(): void {
    if (this.#ending) return;
    this.#stopCharging ??= chargeCrashes();
    this.running = this.working = true;
    this.#lane?.offer(this.#slot);
  }

  async #join(): Promise<void> {
    const engine = engineFor(this.connection, this.options.terms);
    const list = new QueueList(this.queues, this.originalQueue === '*');
    this.#lane = await engine.join(this.#slot, this.connection, list, this.options.lane);
    this.name = this.#slot.identity.name;
  }

  async #end(): Promise<void> {
    this.running = this.started = false;
    clearTimeout(this.pollTimer);
    await this.#joining?.catch(() => undefined);
    if (this.#lane) await this.#lane.engine.leave(this.#slot, this.#lane, this.connection);
    clearTimeout(this.endTimer);
    this.endTimer = undefined;
    pingNoMore(this);
    this.#lane = this.#joining = undefined;
    this.#stopCharging?.();
    this.#stopCharging = undefined;
    this.ready = this.working = false;
    await this.queueObject.end();
    this.tell('end', new Date());
  }

  #identity(): SlotIdentity {
    const queues = this.originalQueue ? [this.originalQueue] : this.queues;
    return slotIdentity(this.name, queues, this.queueObject.connection.dialect);
  }

  /** @internal */
  get isOff(): boolean {
    return this.#joining === undefined || (this.#ending !== undefined && this.#slot.state === 'idle');
  }

  #host(): SlotHost {
    return {
      wantsJob: () => this.running && !this.paused,
      claimed: (claim) => this.#work(claim),
      settled: (settlement) => this.#desk.settled(settlement),
      polled: (queues, found) => this.#polled(queues, found),
      leaseLost: (leaseId) => this.#desk.leaseLost(leaseId),
      lostAfterwards: (claim) => this.#desk.lostAfterwards(claim),
      queuesChanged: (queues) => (this.queues = [...queues]),
      failed: (error, queue) => this.report(error, queue),
      tell: (event, ...given) => this.tell(event, ...given),
      ordered: (order, isNews) => obey(this, this.#slot, order, isNews),
    };
  }

  #polled(queues: readonly string[], found: boolean): void {
    this.queue = queues.at(-1) ?? null;
    this.tellPolls(queues);
    if (found) return;
    this.working = false;
    this.tell('pause');
    this.#answerPoll(null);
  }

  #work(claim: Claim): void {
    const run = this.#desk.take(claim);
    if (this.options.looping) run.start();
    else this.#answerPoll(run.job);
  }

  /** With `looping: false` one look is all; a job that it brought is the caller's. */
  #answerPoll(job: ParsedJob | null): void {
    if (this.options.looping) return;
    this.running = false;
    this.job = job;
    this.#handOver?.(job);
    this.#handOver = undefined;
  }
}
