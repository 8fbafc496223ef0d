import type { Worker, WorkerEvents } from '@reskue/worker';
import type { MultiWorkerEmitter } from './multi-worker-emitter.js';

/** Every event of a worker; one that is missing here does not compile. */
const relayed: Record<keyof WorkerEvents, true> = {
  start: true,
  end: true,
  error: true,
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

type EventName = keyof WorkerEvents;

/**
 * Passes on what workers say, with their number in front: of those events only that somebody has listened to, for several
 * come with each job.
 */
export class EventRelay {
  readonly #heard = new Set<EventName>();

  constructor(
    readonly emitter: MultiWorkerEmitter,
    readonly workers: () => Iterable<Worker>,
  ) {
    emitter.listened = (event) => this.#hear(event);
  }

  add(worker: Worker): void {
    for (const event of this.#heard) pass(event, worker, this.emitter);
  }

  #hear(event: string | symbol): void {
    if (!isRelayed(event) || this.#heard.has(event)) return;
    this.#heard.add(event);
    for (const worker of this.workers()) pass(event, worker, this.emitter);
  }
}

const isRelayed = (event: string | symbol): event is EventName => Object.hasOwn(relayed, event);

function pass(event: EventName, worker: Worker, emitter: MultiWorkerEmitter): void {
  const { id } = worker;
  if (event === 'error') worker.on(event, (error, queue, job) => emitter.tell(event, error, id, queue, job));
  else if (event === 'start' || event === 'end') worker.on(event, () => emitter.tell(event, id));
  // What comes with it fits: MultiWorkerEvents is made from WorkerEvents, which a name that is not known yet cannot show.
  else worker.on(event, (...given: unknown[]) => emitter.tell(event, ...([id, ...given] as never)));
}
