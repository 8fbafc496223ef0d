import {
  commandFor,
  keepPushed,
  RpushCommand,
  sendTransaction,
  type Payloads,
  type ScriptArgument,
  type SingleClient,
} from '@reskue/core/protocol';
import { isRefusal } from '../producer.js';

/** `aborted`: Redis refused this one, and tells a script why. `refused`: there are no transactions for this user. */
export type TransactionReply = 'stored' | 'aborted' | 'refused';

/**
 * Appends payloads by MULTI, RPUSH, `keepPushed` and EXEC, sent at once, so that no payload passes through Lua. As
 * `enqueue`, it may arrive any number of times and appends once, or it changes nothing (ADR 0012). `operands` are those of
 * `enqueue` without the payloads. Rejects where it is not known what became of it.
 */
export async function pushInTransaction(
  client: SingleClient,
  list: string,
  payloads: Payloads,
  operands: readonly ScriptArgument[],
): Promise<TransactionReply> {
  const { source, keys } = keepPushed;
  try {
    const replies = await sendTransaction(client, [
      new RpushCommand(list, payloads, client.options.keyPrefix),
      // Whole, not by its SHA: where Redis did not know it, the RPUSH would stand without it.
      commandFor(client, 'eval', [source, keys.length, ...operands, payloads.length]),
    ]);
    // None where somebody who uses this client, too, had set a WATCH.
    if (replies === null || replies.some((reply) => reply instanceof Error)) return 'aborted';
    keepPushed.decode(replies[1]);
    return 'stored';
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return error.message.startsWith('EXECABORT') ? 'aborted' : 'refused';
  }
}
