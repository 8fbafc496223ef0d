import { jobNeeds, type Connection, type Job, type JobNeeds } from '@reskue/core/protocol';

/** As many classes of jobs as a call asks for. */
const most = 4;

interface Entry {
  job: Job;
  func: string;
  queue: string;
  needs: JobNeeds | undefined;
}

/** What the plugins of the jobs that a lane works ask for before each: of the classes that came last. */
export class NeedsBook {
  /** The one that came last is found first. */
  readonly #entries: Entry[] = [];
  #needs: JobNeeds[] = [];
  /** Where the next class goes. */
  #next = 0;

  /** What is to come along with the next claims. */
  get needs(): readonly JobNeeds[] {
    return this.#needs;
  }

  /** A job of this class begins; one that has no plugins costs a look. */
  learn(connection: Connection, job: Job, func: string, queue: string): void {
    if (!job.plugins || job.plugins.length === 0) return;
    for (const entry of this.#entries)
      if (entry.job === job && entry.queue === queue && entry.func === func) return;
    this.#entries[this.#next] = { job, func, queue, needs: jobNeeds(connection, job, func, queue) };
    this.#next = (this.#next + 1) % most;
    this.#needs = withOneTtl(this.#entries.flatMap(({ needs }) => needs ?? []));
  }
}

/** All locks of a call last as long as those of the first class: those of another one are taken when its jobs begin. */
function withOneTtl(all: readonly JobNeeds[]): JobNeeds[] {
  const ttlMs = all.find(({ lock }) => lock)?.lock?.ttlMs;
  return all.flatMap(({ lock, ...rest }) => {
    if (lock?.ttlMs === ttlMs) return lock ? { ...rest, lock } : rest;
    return rest.retries ? rest : [];
  });
}
