import type { Worker, WorkerEvents } from '@reskue/worker';
import type { MultiWorkerEmitter } from './multi-worker-emitter.js';

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
  recovered: true,
  control: true,
};

/** Passes on what a worker says, with its number in front. */
export function relayEvents(worker: Worker, emitter: MultiWorkerEmitter): void {
  const { id } = worker;
  worker.on('start', () => emitter.tell('start', id));
  worker.on('end', () => emitter.tell('end', id));
  worker.on('error', (error, queue, job) => emitter.tell('error', error, id, queue, job));
  // The keys of the literal above, and no others.
  for (const name of Object.keys(events) as (keyof typeof events)[]) {
    // What comes with it fits: MultiWorkerEvents is made from WorkerEvents, which a loop over names cannot show.
    worker.on(name, (...given: unknown[]) => {
      // Asked first: several come with each job.
      if (emitter.listenerCount(name) > 0) emitter.tell(name, ...([id, ...given] as never));
    });
  }
}
