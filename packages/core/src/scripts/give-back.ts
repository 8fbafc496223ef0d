import type { Keys } from '../keys/keys.js';
import { claimHolders } from '../locks/holders.js';
import { asReply, defineScript, withHelper, type ScriptArgument } from './define-script.js';
import givingBroughtBack from './cycle-parts/give-brought-back.lua';
import source from './give-back.lua';
import { runScript, type ScriptClient } from './run-script.js';

/** `gone`: it was settled, adopted or given back before. `refused`: the queue's key is no list any more; it is held still. */
export type Returning = 'returned' | 'gone' | 'refused';
export type GiveBackReply = { status: 'returned'; claims: Returning[] } | { status: 'lost' };

/** Gives back claims that were made ahead. Called through {@link runGiveBack}. */
export const giveBack = defineScript({
  name: 'giveBack',
  source: withHelper(source, givingBroughtBack),
  keys: ['leases', 'ahead', 'queues', 'brought'],
  args: ['id', 'holderMark', 'broughtName'],
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
  const named = { ...keys, ahead: keys.leaseAhead(leaseId), brought: keys.leaseBrought(leaseId) };
  const args = { id: leaseId, holderMark: claimHolders(leaseId), broughtName: named.brought };
  const reply = await runScript(redis, giveBack, named, args, { keys: restKeys, args: restArgs });
  return reply.status === 'lost' ? reply : { ...reply, claims: reply.claims.reverse() };
}

const asReturning = (word: unknown): Returning => (word === 'returned' || word === 'gone' ? word : 'refused');
