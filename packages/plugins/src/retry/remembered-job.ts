import { encodeArgs } from '@reskue/core/protocol';
import type { RetriedJob } from './retry-ledger.js';

/** A job as it was before it ran. The text of its args, which only a failure needs, is made when it is asked for. */
export class RememberedJob implements RetriedJob {
  readonly args: readonly unknown[];
  #text: string | undefined;

  constructor(
    readonly func: string,
    readonly queue: string,
    args: readonly unknown[],
  ) {
    // The job may change what stands in its args, and within an object what stands there.
    this.args = args.slice();
    if (!args.every(isUnchanging)) this.#text = encodeArgs(args);
  }

  get argsText(): string {
    return (this.#text ??= encodeArgs(this.args));
  }
}

const isUnchanging = (arg: unknown): boolean => typeof arg !== 'object' && typeof arg !== 'function';
