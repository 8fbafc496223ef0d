import { EventEmitter } from 'node:events';
import type { ParsedJob } from '@reskue/core';
import type { WorkerEvents } from './worker-events.js';

/** Tells the world what a worker does, in a way that nobody who listens can break it. */
export abstract class WorkerEmitter extends EventEmitter<WorkerEvents> {
  /** @internal Emits; what a listener throws surfaces as an uncaught exception, as of any emitter, but breaks nothing here. */
  tell<Name extends keyof WorkerEvents>(event: Name, ...given: WorkerEvents[Name]): void {
    if (this.listenerCount(event) === 0) return;
    try {
      // The tuple of this event; the emitter's own type cannot see that it fits.
      this.emit(event, ...(given as never));
    } catch (error) {
      setImmediate(() => {
        throw error;
      });
    }
  }

  /** @internal A `poll` for each of the queues; with many of them that is many for each job. */
  tellPolls(queues: readonly string[]): void {
    if (this.listenerCount('poll') === 0) return;
    // node-resque polls null when there is no queue at all, against its own declaration.
    for (const queue of queues.length > 0 ? queues : [null as unknown as string]) this.tell('poll', queue);
  }

  /** @internal An `error` event; without a listener it is dropped: an outage must not end the process. */
  report(error: Error, queue?: string, job?: ParsedJob): void {
    // As in node-resque, an error may come without a queue and a job.
    this.tell('error', error, queue as string, job as ParsedJob);
  }
}
