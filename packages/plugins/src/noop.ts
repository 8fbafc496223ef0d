import { Plugin } from '@reskue/core';

/** Lets a job fail without a consequence: its error goes to `options.logger` (default `console.log`), and it counts as done. */
export class Noop extends Plugin {
  override async afterPerform(): Promise<boolean> {
    // A Worker, or whoever runs hooks by hand: `error` is where node-resque's plugins find it.
    const worker = this.worker as { error?: unknown };
    if (!worker.error) return true;
    const logger: unknown = this.options['logger'];
    if (typeof logger === 'function') Reflect.apply(logger, this.options, [worker.error]);
    else console.log(worker.error);
    delete worker.error;
    return true;
  }
}
