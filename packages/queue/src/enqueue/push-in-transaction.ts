import { addRpush, keepPushed, type ScriptArgument } from '@reskue/core/protocol';
import type { Redis } from 'ioredis';
import { isRefusal } from '../producer.js';

/** `aborted`: Redis refused this one, and would say why to a script. `refused`: there are no transactions for this user. */
export type TransactionReply = 'stored' | 'aborted' | 'refused';

/**
 * Appends payloads by MULTI, RPUSH, `keepPushed` and EXEC, written at once, so that no payload passes through Lua. As
 * `enqueue`, it may arrive any number of times and appends once, or it changes nothing (ADR 0012). `operands` are those of
 * `enqueue` without the payloads. Rejects where it is not known what became of it.
 */
export async function pushInTransaction(
  client: Redis,
  list: string,
  payloads: readonly string[],
  operands: readonly ScriptArgument[],
): Promise<TransactionReply> {
  const transaction = client.multi();
  addRpush(transaction, client, list, payloads);
  // Whole, not by its SHA: where Redis did not know it, the RPUSH would stand without it.
  transaction.eval(keepPushed.source, keepPushed.keys.length, ...operands, payloads.length);
  try {
    const answers = await transaction.exec();
    // EXEC answers null where somebody who uses this client, too, had set a WATCH.
    const [pushed, kept] = answers ?? [];
    if (pushed === undefined || kept === undefined) return 'aborted';
    if (pushed[0] !== null || kept[0] !== null) return 'aborted';
    keepPushed.decode(kept[1]);
    return 'stored';
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return error.message.startsWith('EXECABORT') ? 'aborted' : 'refused';
  }
}
