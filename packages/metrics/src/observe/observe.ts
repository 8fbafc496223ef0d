import type { EventEmitter } from 'node:events';
import type { ParsedJob } from '@reskue/core';
import type { JobCounters } from './job-counters.js';
import type { ProcessCounters } from './process-counters.js';
import type { SlotGauges } from './slot-gauges.js';

/** A Worker, a MultiWorker or a Scheduler, of whatever copy of their packages. */
export interface Observable {
  on(event: never, listener: never): unknown;
  removeListener(event: never, listener: never): unknown;
}

// any: what comes with an event is its own; each listener says what it expects.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Listener = (...given: any[]) => void;
type Listeners = Record<string, Listener>;

/** What events are turned into. */
export interface Counters {
  jobs: JobCounters;
  process: ProcessCounters;
  slots: SlotGauges;
}

/** Listens to one subject, and gives the function that ends it. Nothing is measured where nothing is observed. */
export function observe(subject: Observable, counters: Counters): () => void {
  const kind = kindOf(subject);
  const listeners = kind === 'scheduler' ? ofScheduler(counters) : ofWorker(counters, kind === 'multiWorker');
  // All three are emitters; the types of their events are known where the listeners are written.
  const emitter = subject as unknown as EventEmitter;
  for (const [event, listener] of Object.entries(listeners)) emitter.on(event, listener);
  const stopSlots = counters.slots.add(subject, kind);
  const stopLoop = counters.process.loopDelay.start();
  return () => {
    for (const [event, listener] of Object.entries(listeners)) emitter.removeListener(event, listener);
    stopSlots();
    stopLoop();
  };
}

export type SubjectKind = 'worker' | 'multiWorker' | 'scheduler';

function kindOf(subject: object): SubjectKind {
  if ('workers' in subject) return 'multiWorker';
  return 'leader' in subject ? 'scheduler' : 'worker';
}

/** The events of a Worker; a MultiWorker has its worker's number in front of them, but for `error`. */
function ofWorker({ jobs, process }: Counters, hasNumber: boolean): Listeners {
  const own: Listeners = {
    job: (queue: string, job: ParsedJob) => jobs.began(queue, job),
    retry: (queue: string, job: ParsedJob) => jobs.triedAgain(queue, job),
    success: (queue: string, job: ParsedJob, _result: unknown, ms: number) => jobs.succeeded(queue, job, ms),
    failure: (queue: string, job: ParsedJob, _error: unknown, ms: number) => jobs.ended(queue, job, ms),
    claimLost: (queue: string, job: ParsedJob) => jobs.claimsLost.inc(jobs.labels(queue, job)),
    leaseLost: (leaseId: string) => process.leaseLost(leaseId),
    recovered: (leaseId: string, requeued: number, failed: number) =>
      process.recovered(leaseId, requeued, failed),
    slow: () => process.blocked(),
  };
  const listeners = hasNumber ? mapListeners(own, withoutNumber) : own;
  return { ...listeners, error: (error: unknown) => process.error(error) };
}

function ofScheduler({ jobs, process }: Counters): Listeners {
  return {
    transferredJob: (_second: number, job: ParsedJob) => jobs.promoted.inc(jobs.labels(job.queue, job)),
    recovered: (leaseId: string, requeued: number, failed: number) =>
      process.recovered(leaseId, requeued, failed),
    error: (error: unknown) => process.error(error),
  };
}

const withoutNumber =
  (listener: Listener): Listener =>
  (_id: number, ...given: unknown[]) =>
    listener(...given);

const mapListeners = (listeners: Listeners, map: (listener: Listener) => Listener): Listeners =>
  Object.fromEntries(Object.entries(listeners).map(([event, listener]) => [event, map(listener)]));
