import type { ParsedJob } from '@reskue/core';
import type { WorkerEvents } from '@reskue/worker';
import type { Verb } from './decide.js';

/** What comes with an event of a worker, as its MultiWorker passes it on; here node-resque leaves the date out. */
interface Shortened {
  start: [];
  end: [];
}
type Given<Name extends keyof WorkerEvents> = Name extends keyof Shortened
  ? Shortened[Name]
  : WorkerEvents[Name];

/**
 * The events of all workers, each with the number of the worker in front, as in node-resque. `slow`, `warning`, `recovered` and
 * `control` are about what the workers share: they come once, for whichever worker said so first. At `control` with `stop` the
 * MultiWorker ends.
 */
export type RelayedEvents = {
  [Name in Exclude<keyof WorkerEvents, 'error'>]: [workerId: number, ...given: Given<Name>];
};

/** A MultiWorker's events and what comes with them. */
export interface MultiWorkerEvents extends RelayedEvents {
  /**
   * Of a job, of a worker, or of the connection: then it comes once, for whichever worker met it first. Here the error is
   * in front; `queue` and `job` may be missing.
   */
  error: [error: Error, workerId: number, queue: string, job: ParsedJob];
  /** It looked whether it has the right number of workers, while the event loop was `delay` ms late (`Infinity`: not known yet). */
  multiWorkerAction: [verb: Verb, delay: number];
}
