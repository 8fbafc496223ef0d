import type { Keys } from '../keys/keys.js';
import { asReply, defineScript, type ScriptArgument } from './define-script.js';
import source from './give-back.lua';
import { runScript, type ScriptClient } from './run-script.js';

/** `gone`: it was settled, adopted or given back before. `refused`: the queue's key is no list any more; it is held still. */
export type Returning = 'returned' | 'gone' | 'refused';
export type GiveBackReply = { status: 'returned'; claims: Returning[] } | { status: 'lost' };

/** Gives back claims that were made ahead. Called through {@link runGiveBack}. */
export const giveBack = defineScript({
  name: 'giveBack',
  source,
  keys: ['leases', 'ahead', 'queues'],
  args: ['id'],
  decode(reply): GiveBackReply {
    const [status, ...claims] = asReply(reply);
    if (status === 'lost') return { status };
    return { status: 'returned', claims: claims.map(asReturning) };
  },
});

/** Gives these claims of a lease back to the front of their queues, in their order. Replies in the order given. */
export async function runGiveBack(
  redis: ScriptClient,
  keys: Keys,
  leaseId: string,
  claims: readonly { number: number; queue: string }[],
): Promise<GiveBackReply> {
  const restKeys: string[] = [];
  const restArgs: ScriptArgument[] = [];
  for (const { number, queue } of claims.toReversed()) {
    restKeys.push(keys.queue(queue), keys.wakeQueue(queue));
    restArgs.push(number, queue);
  }
  const named = { ...keys, ahead: keys.leaseAhead(leaseId) };
  const reply = await runScript(redis, giveBack, named, { id: leaseId }, { keys: restKeys, args: restArgs });
  return reply.status === 'lost' ? reply : { ...reply, claims: reply.claims.reverse() };
}

const asReturning = (word: unknown): Returning => (word === 'returned' || word === 'gone' ? word : 'refused');
