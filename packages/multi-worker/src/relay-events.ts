import type { Worker, WorkerEvents } from '@reskue/worker';
import type { MultiWorkerEvents } from './multi-worker-events.js';

/** Emits an event of the MultiWorker. */
export type Tell = <Name extends keyof MultiWorkerEvents>(
  event: Name,
  ...given: MultiWorkerEvents[Name]
) => void;

/** Every event of a worker; one that is missing here does not compile. */
const events: Record<Exclude<keyof WorkerEvents, 'start' | 'end' | 'error'>, true> = {
  pause: true,
  poll: true,
  ping: true,
  job: true,
  reEnqueue: true,
  success: true,
  failure: true,
  cleaning_worker: true,
  retry: true,
  leaseLost: true,
  claimLost: true,
  slow: true,
  warning: true,
};

/** Passes on what a worker says, with its number in front. */
export function relayEvents(worker: Worker, tell: Tell): void {
  const { id } = worker;
  worker.on('start', () => tell('start', id));
  worker.on('end', () => tell('end', id));
  worker.on('error', (error, queue, job) => tell('error', error, id, queue, job));
  // The keys of the literal above, and no others.
  for (const name of Object.keys(events) as (keyof typeof events)[]) {
    // What comes with it fits: MultiWorkerEvents is made from WorkerEvents, which a loop over names cannot show.
    worker.on(name, (...given: unknown[]) => tell(name, ...([id, ...given] as never)));
  }
}
