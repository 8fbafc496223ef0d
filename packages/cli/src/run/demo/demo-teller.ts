import { isDeepStrictEqual } from 'node:util';
import type { ParsedJob } from '@reskue/core';
import type { Output } from '../../output/output.js';
import type { Scheduler } from '@reskue/scheduler';
import type { Worker } from '@reskue/worker';

const callOf = ({ class: name, args }: ParsedJob): string => `${name}(${args.join(', ')})`;

/** Tells what happens in the demo, as it happens. */
export class DemoTeller {
  readonly #startedAt = Date.now();
  #lastOfWorker = '';

  constructor(readonly out: Output) {}

  line(text = ''): void {
    void this.out.line(text);
  }

  say(who: string, what: string): void {
    const seconds = ((Date.now() - this.#startedAt) / 1_000).toFixed(3).padStart(7);
    this.line(`${seconds} s  ${who.padEnd(9)}  ${what}`);
  }

  listenToWorker(worker: Worker): void {
    const tell = (what: string): void => {
      // It may look again and again, and find nothing each time.
      if (what !== this.#lastOfWorker) this.say('worker', what);
      this.#lastOfWorker = what;
    };
    worker.on('start', () => tell('started'));
    worker.on('end', () => tell('ended'));
    worker.on('pause', () => tell('has nothing to do'));
    worker.on('job', (queue, job) => tell(`took ${callOf(job)} from ${queue}`));
    worker.on('success', (_queue, job, result, ms) => tell(`${callOf(job)} = ${String(result)} (${ms} ms)`));
    worker.on('failure', (_queue, job, error, ms) =>
      tell(`${callOf(job)} failed: ${error.message} (${ms} ms)`),
    );
    worker.on('error', (error) => tell(`error: ${error.message}`));
  }

  listenToScheduler(scheduler: Scheduler): void {
    const tell = (what: string): void => this.say('scheduler', what);
    scheduler.on('start', () => tell('started'));
    scheduler.on('end', () => tell('ended'));
    scheduler.on('leader', () => tell('leads from now on'));
    scheduler.on('transferredJob', (_second, job: ParsedJob) => tell(`moved ${callOf(job)} to ${job.queue}`));
    scheduler.on('error', (error) => tell(`error: ${error.message}`));
  }

  /** Prints each number beside what it must be, and tells whether all of them are right. */
  check(numbers: Readonly<Record<string, readonly [actual: unknown, expected: unknown]>>): boolean {
    let isRight = true;
    for (const [name, [actual, expected]] of Object.entries(numbers)) {
      const fits = isDeepStrictEqual(actual, expected);
      isRight &&= fits;
      const wanted = fits ? '' : `, expected ${String(expected)}`;
      this.line(`  ${fits ? 'ok   ' : 'WRONG'} ${name}: ${String(actual)}${wanted}`);
    }
    return isRight;
  }
}
