import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker as Thread } from 'node:worker_threads';
import { isMock, ReskueError, type Connection, type LeaseTerms } from '@reskue/core/protocol';
import type { AheadGate } from './ahead-gate.js';
import type { FromThread, HeartbeatSeed, ToThread } from './heartbeat-messages.js';
import { LoopWatch } from './loop-watch.js';
import { Pulse, type PulseListener } from './pulse.js';

export interface HeartbeatListener extends PulseListener {
  /** The event loop did not turn for so many ms. */
  slow(blockedMs: number): void;
  /** Whether a job is in hand; unless it says so, one may always be. */
  isBusy?(): boolean;
  /** The lease is renewed by the main thread only, and why. */
  warned(warning: ReskueError): void;
}

/** `maxBlockMs`: after this time a blocked event loop ends the process; 0 = never. */
export interface HeartbeatTerms extends LeaseTerms {
  maxBlockMs: number;
}

/**
 * Keeps the lease of this process alive from a thread with a connection of its own, so that a job which blocks the event
 * loop keeps its jobs. The main thread beats until that thread does, and for good where there can be none.
 */
export class Heartbeat {
  readonly watch = new LoopWatch();
  #pulse: Pulse | undefined;
  #thread: Thread | undefined;
  #isStarted = false;

  constructor(
    readonly connection: () => Connection,
    readonly terms: HeartbeatTerms,
    readonly gate: AheadGate,
    readonly listener: HeartbeatListener,
  ) {}

  start(leaseId: string): void {
    // The in-memory clients of ioredis-mock know no leases.
    if (this.#isStarted || isMock(this.connection().client)) return;
    this.#isStarted = true;
    this.#pulse = new Pulse(this.connection, leaseId, this.terms.leaseMs, this.listener);
    this.#pulse.start();
    this.watch.start(
      (blockedMs) => this.listener.slow(blockedMs),
      () => this.listener.isBusy?.() ?? true,
      this.terms.leaseMs,
    );
    this.#startThread(leaseId);
  }

  /** After a loss: beats for another lease. */
  follow(leaseId: string): void {
    if (this.#pulse) this.#pulse.leaseId = leaseId;
    this.#send({ kind: 'lease', leaseId });
  }

  /** The thread is to look from now on whether what was claimed ahead is begun. */
  watchAhead(): void {
    this.#send({ kind: 'watchAhead' });
  }

  stop(): void {
    this.watch.stop();
    this.#pulse?.stop();
    this.#send({ kind: 'stop' });
    const thread = this.#thread;
    this.#thread = undefined;
    void thread?.terminate();
  }

  #send(message: ToThread): void {
    this.#thread?.postMessage(message);
  }

  #startThread(leaseId: string): void {
    const connection = this.connection();
    const options = connection.threadOptions();
    const file = threadFile();
    if (!options || !file) {
      const why = file
        ? 'this client cannot be opened again in a thread'
        : 'its file is not beside the package';
      this.#stayOnMain(why);
      return;
    }
    const { namespace, dialect, database } = connection.options;
    const workerData: HeartbeatSeed = {
      connectionOptions: { namespace, dialect, database: options.db ?? database, options },
      leaseId,
      terms: this.terms,
      maxBlockMs: this.terms.maxBlockMs,
      shared: this.watch.shared,
      ahead: this.gate.shared,
    };
    const thread = new Thread(file, { workerData, name: 'reskue-heartbeat' });
    this.#thread = thread;
    thread.unref();
    thread.on('message', (message: FromThread) => this.#hear(message));
    thread.on('error', (error) => this.#lostThread(thread, error));
    thread.on('exit', () => this.#lostThread(thread, new Error('it exited')));
  }

  #hear(message: FromThread): void {
    if (message.kind === 'ready') {
      this.#pulse?.stop();
      this.gate.isGuarded = true;
    } else if (message.kind === 'lost') this.listener.lost(message.leaseId);
    else if (message.kind === 'counted') this.listener.counted?.(message.queueCount);
    else if (message.kind === 'ordered') this.listener.ordered?.(message.leaseId, message.order);
    else if (message.kind === 'recovered')
      this.listener.recovered?.(message.leaseId, message.requeued, message.failed);
    else this.listener.failed(new Error(`heartbeat: ${message.message}`));
  }

  /** The thread died: the main thread takes over. */
  #lostThread(thread: Thread, error: Error): void {
    if (this.#thread !== thread || !this.#pulse) return;
    this.#thread = undefined;
    this.gate.isGuarded = false;
    this.#pulse = new Pulse(this.connection, this.#pulse.leaseId, this.terms.leaseMs, this.listener);
    this.#pulse.start(0);
    this.#stayOnMain(error.message);
  }

  #stayOnMain(why: string): void {
    this.listener.warned(
      new ReskueError(
        'RESKUE_HEARTBEAT_ON_MAIN_THREAD',
        `The lease is renewed by the main thread, because ${why}: a job that blocks the event loop for longer than the lease loses its jobs`,
      ),
    );
  }
}

/** The built file of the thread, beside this one; `undefined` where only sources are, or all is in one bundle. */
function threadFile(): URL | undefined {
  const name = './heartbeat-thread.js';
  // A bundle in CommonJS has no URL of its own.
  if (!URL.canParse(name, import.meta.url)) return undefined;
  const file = new URL(name, import.meta.url);
  return file.protocol === 'file:' && existsSync(fileURLToPath(file)) ? file : undefined;
}
