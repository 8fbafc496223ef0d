import { Command, type Redis } from 'ioredis';
import type { ScriptArgument } from './define-script.js';
import { forget, rejectAfter, type Waiting } from './overdue.js';
import type { ScriptClient } from './run-script.js';
import { takesOurCommands } from './send-transaction.js';

/**
 * EVALSHA whose text is put together here: what ioredis does for a command of any kind (copying the operands, looking for
 * keys among them, a timer for each) is not needed for a script, and grows with its operands.
 */
class LeanEvalsha extends Command implements Waiting {
  place: Waiting['place'];
  readonly #text: string;
  #isGivenUp = false;

  /** @param whole runs the script where the server does not know it. */
  constructor(text: string, whole: () => Promise<unknown>) {
    super('evalsha', [], { replyEncoding: 'utf8' });
    this.#text = text;
    // In place of a `then` of its promise: that would be a second promise, and one more step to the caller, for each call.
    const { resolve, reject } = this;
    this.resolve = (reply: unknown): void => {
      forget(this);
      resolve(reply);
    };
    this.reject = (error): void => {
      forget(this);
      // An answer to a call that was given up is nobody's any more.
      if (this.#isGivenUp || !isUnknownScript(error)) {
        this.#isGivenUp = true;
        reject(error);
        return;
      }
      // ioredis's own gives back the promise, which is not to hang on itself.
      whole().then((reply) => {
        resolve(reply);
      }, reject);
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

/** Sends it; where the server does not know the script, what `whole` resolves to comes in the place of its reply. */
export function sendEvalsha(redis: Redis, text: string, whole: () => Promise<unknown>): Promise<unknown> {
  const command = new LeanEvalsha(text, whole);
  redis.sendCommand(command);
  return command.promise;
}

export const isUnknownScript = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('NOSCRIPT');

/** EVALSHA has as many parts before the operands. */
export const partsBefore = 3;

/** The whole command as it goes over the wire; undefined where an operand is no text. */
export function evalshaText(
  sha: string,
  keyCount: number,
  operands: readonly ScriptArgument[],
): string | undefined {
  const texts = operandsText(operands);
  return texts === undefined
    ? undefined
    : `*${operands.length + partsBefore}\r\n${headText(sha, keyCount)}${texts}`;
}

/** What stands before the operands. */
export const headText = (sha: string, keyCount: number): string =>
  `$7\r\nevalsha\r\n$40\r\n${sha}\r\n${numberText(keyCount)}`;

/** Undefined where one is no text. */
export function operandsText(operands: readonly ScriptArgument[]): string | undefined {
  let text = '';
  for (const operand of operands) {
    if (typeof operand === 'string') text += `$${Buffer.byteLength(operand)}\r\n${operand}\r\n`;
    else if (typeof operand === 'number') text += numberText(operand);
    else return undefined;
  }
  return text;
}

function numberText(value: number): string {
  const digits = String(value);
  return `$${digits.length}\r\n${digits}\r\n`;
}
