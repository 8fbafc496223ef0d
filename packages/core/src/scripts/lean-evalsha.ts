import { Command, type Redis } from 'ioredis';
import type { RedisClient } from '../connection/redis-client.js';
import type { ScriptArgument } from './define-script.js';
import { forget, rejectAfter } from './overdue.js';
import type { ScriptClient } from './run-script.js';
import { takesOurCommands } from './send-transaction.js';

/**
 * A command whose text is put together here: what ioredis does for a command of any kind (copying the operands, looking for
 * keys among them, a timer for each) is not needed for these, and grows with their operands.
 */
class LeanCommand extends Command {
  readonly #text: string;

  constructor(name: string, text: string) {
    super(name, [], { replyEncoding: 'utf8' });
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
export const sendEvalsha = (
  redis: Redis,
  text: string,
  refused: (error: unknown) => Promise<unknown>,
): Promise<unknown> => sendLean(redis, 'evalsha', text, refused);

/** The same for EXISTS: how many of these keys there are. */
export function countExisting(client: RedisClient, keys: readonly string[]): Promise<unknown> {
  if (!isLean(client)) return client.exists([...keys]);
  let text = `*${keys.length + 1}\r\n$6\r\nexists\r\n`;
  for (const key of keys) text += bulkText(key);
  return sendLean(client, 'exists', text, (error) => Promise.reject(error));
}

function sendLean(
  redis: Redis,
  name: string,
  text: string,
  refused: (error: unknown) => Promise<unknown>,
): Promise<unknown> {
  const command = new LeanCommand(name, text);
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
