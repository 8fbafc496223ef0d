import { Gauge } from 'prom-client';
import type { ResolvedMetricsOptions } from '../metrics-options.js';
import type { SubjectKind } from './observe.js';

/** Tells at a scrape how many workers of this process are there, how many are at work, and whether it leads. */
export class SlotGauges {
  readonly #subjects = new Map<object, SubjectKind>();

  constructor({ prefix, register }: ResolvedMetricsOptions) {
    const gauge = (name: string, help: string, value: () => number): Gauge => {
      const made: Gauge = new Gauge({
        name: `${prefix}${name}`,
        help,
        registers: [register],
        collect: () => made.set(value()),
      });
      return made;
    };
    gauge('slots', 'Workers of this process: jobs that it can run at a time', () => this.#workers().length);
    gauge(
      'slots_busy',
      'Workers of this process that are at a job',
      () => this.#workers().filter(isBusy).length,
    );
    gauge('scheduler_leading', '1 where this process is the scheduler that leads', () =>
      Number(this.#of('scheduler').some((scheduler) => Reflect.get(scheduler, 'leader') === true)),
    );
  }

  add(subject: object, kind: SubjectKind): () => void {
    this.#subjects.set(subject, kind);
    return () => this.#subjects.delete(subject);
  }

  #of(kind: SubjectKind): object[] {
    return [...this.#subjects].filter(([, its]) => its === kind).map(([subject]) => subject);
  }

  #workers(): object[] {
    // A MultiWorker is known by its list of workers.
    const many = this.#of('multiWorker').flatMap((multi) => Reflect.get(multi, 'workers') as object[]);
    return [...this.#of('worker'), ...many];
  }
}

const isBusy = (worker: object): boolean => {
  const job: unknown = Reflect.get(worker, 'job');
  return job !== null && job !== undefined;
};
