import { Command, type Redis } from 'ioredis';
import type { ScriptArgument } from './define-script.js';
import { forget, rejectAfter } from './overdue.js';
import type { ScriptClient } from './run-script.js';
import { takesOurCommands } from './send-transaction.js';

/**
 * EVALSHA whose text is put together here: what ioredis does for a command of any kind (copying the operands, looking for
 * keys among them, a timer for each) is not needed for a script, and grows with its operands.
 */
class LeanEvalsha extends Command {
  readonly #text: string;

  constructor(text: string) {
    super('evalsha', [], { replyEncoding: 'utf8' });
    this.#text = text;
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

/** Sends it; what `refused` makes of an error comes in its place. */
export function sendEvalsha(
  redis: Redis,
  text: string,
  refused: (error: unknown) => Promise<unknown>,
): Promise<unknown> {
  const command = new LeanEvalsha(text);
  redis.sendCommand(command);
  return command.promise.then(
    (reply: unknown) => {
      forget(command);
      return reply;
    },
    (error: unknown) => {
      forget(command);
      return refused(error);
    },
  );
}

/** The whole command as it goes over the wire; undefined where an operand is no text. */
export function evalshaText(
  sha: string,
  keyCount: number,
  operands: readonly ScriptArgument[],
): string | undefined {
  let text = `*${operands.length + 3}\r\n$7\r\nevalsha\r\n$40\r\n${sha}\r\n${numberText(keyCount)}`;
  for (const operand of operands) {
    if (typeof operand === 'string') text += bulkText(operand);
    else if (typeof operand === 'number') text += numberText(operand);
    else return undefined;
  }
  return text;
}

const bulkText = (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;

function numberText(value: number): string {
  const digits = String(value);
  return `$${digits.length}\r\n${digits}\r\n`;
}
