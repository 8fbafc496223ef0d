import { Socket } from 'node:net';
import { Command, Redis } from 'ioredis';
import type { ScriptArgument } from './define-script.js';
import { inOneWrite } from './in-one-write.js';
import { RpushCommand } from './rpush-command.js';

/** A client of a single server. */
export type SingleClient = Redis;

/** Whether a client can be given commands of our making: one of this very copy of ioredis, for a single server. */
export const takesOurCommands = (client: object): client is SingleClient => client instanceof Redis;

/** A command for a transaction of this client. */
export function commandFor(client: SingleClient, name: string, args: readonly ScriptArgument[]): Command {
  const { keyPrefix } = client.options;
  return new Command(name, [...args], {
    replyEncoding: 'utf8',
    ...(keyPrefix === undefined ? {} : { keyPrefix }),
  });
}

/**
 * Sends MULTI, the commands and EXEC at once, and gives the reply of EXEC: one for each command, an Error where it was
 * refused, or null where somebody's WATCH ended the transaction. Rejects with Redis's own error where it was refused whole.
 *
 * As a pipeline of ioredis, which joins all of its commands into one more buffer: after a reconnect they are sent again
 * together, or, where one of them was answered already, not at all. None may be too long to be written: half a transaction
 * would stay open.
 */
export async function sendTransaction(
  client: SingleClient,
  commands: readonly Command[],
): Promise<readonly unknown[] | null> {
  const exec = commandFor(client, 'exec', []);
  const all = [commandFor(client, 'multi', []), ...commands, exec];
  inOneWrite(client, () => {
    all.forEach((command, index) => {
      command.pipelineIndex = index;
      command.inTransaction = true;
      client.sendCommand(command);
      // What becomes of each, EXEC tells.
      command.promise.catch(() => undefined);
    });
  });
  const isWritten = hasWritten(client.stream);
  for (const command of commands) if (command instanceof RpushCommand) command.sent(isWritten);
  // EXEC's reply is a list, or nothing.
  return exec.promise as Promise<readonly unknown[] | null>;
}

/** Whether the system has taken over all that was written: a stream of another kind may hold on to it for longer. */
const hasWritten = (stream: Redis['stream'] | undefined): boolean =>
  stream?.constructor === Socket && stream.writableLength === 0;
