import { Command, type Redis } from 'ioredis';
import { forget, rejectAfter, type Waiting } from './overdue.js';
import type { ScriptClient } from './run-script.js';
import { takesOurCommands } from './send-transaction.js';

/**
 * A command whose text is put together here: what ioredis does for a command of any kind (copying the operands, looking for
 * keys among them, a timer for each) is not needed for these, and grows with their operands.
 */
export class LeanCommand extends Command implements Waiting {
  place: Waiting['place'];
  readonly #text: string;
  #isGivenUp = false;

  /** @param instead what comes in the place of an error; where it gives nothing, the error. */
  constructor(name: string, text: string, instead?: (error: unknown) => Promise<unknown> | undefined) {
    super(name, [], { replyEncoding: 'utf8' });
    this.#text = text;
    // In place of a `then` of its promise: that would be a second promise, and one more step to the caller, for each call.
    const { resolve, reject } = this;
    this.resolve = (reply: unknown): void => {
      forget(this);
      // An answer to a call that was given up is nobody's any more.
      if (!this.#isGivenUp) resolve(reply);
    };
    this.reject = (error): void => {
      forget(this);
      if (this.#isGivenUp) return;
      const other = instead?.(error);
      if (other) {
        // ioredis's own gives back the promise, which is not to hang on itself.
        other.then((given) => {
          resolve(given);
        }, reject);
        return;
      }
      this.#isGivenUp = true;
      reject(error);
    };
  }

  override toWritable(): string {
    return this.#text;
  }

  /** Called by the client with its `commandTimeout`. */
  override setTimeout(ms: number): void {
    rejectAfter(this, ms);
  }
}

/** True for a client that takes it: of this copy of ioredis, which has nothing to do for each of its commands. */
export function isLean(client: ScriptClient): client is Redis {
  if (!takesOurCommands(client)) return false;
  const { keyPrefix, enableAutoPipelining, showFriendlyErrorStack } = client.options;
  return !keyPrefix && enableAutoPipelining !== true && showFriendlyErrorStack !== true;
}
