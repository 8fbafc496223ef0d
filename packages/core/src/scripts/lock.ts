import { asReply, defineScript } from './define-script.js';
import source from './lock.lua';

/** `value` is the lock's: the epoch second after which it has lapsed. */
export type LockResult =
  | { status: 'taken' | 'held'; value: string }
  /** Redis refused this lock, among others; asked for alone it tells by its error. */
  | { status: 'refused'; reason: string };

/** `fenced`: the lease that asks is gone, and nothing was taken. */
export type LockReply =
  | { status: 'taken' | 'held'; value: string }
  | { status: 'fenced' }
  /** How it went with those that were not taken with this value as all the rest, by their places from 0. */
  | { status: 'several'; value: string; others: ReadonlyMap<number, LockResult> };

/**
 * Takes a lock for a holder (`<lease>/<nonce>`, or any text without a lease and without a line break). Its value is what
 * node-resque writes; who holds it stands beside it, and lapses with it. `name` is the lock's key, for the set of the lease.
 * Further locks on the same terms may follow as rest operands: the key of each and its owner's, and one text with their
 * holders, each on a line of its own.
 */
export const lock = defineScript({
  name: 'lock',
  source,
  keys: ['lock', 'owner', 'leaseLocks', 'leases'],
  args: ['name', 'lease', 'holder', 'ttlMs', 'lapses', 'now'],
  decode(reply): LockReply {
    const [word, given, ...rest] = asReply(reply);
    const value = String(given);
    if (word === 'fenced') return { status: word };
    if (word !== 'several') return { status: word === 'taken' ? word : 'held', value };
    const others = new Map<number, LockResult>();
    for (let at = 0; at < rest.length; at += 3)
      others.set(Number(rest[at]) - 1, resultOf(rest[at + 1], String(rest[at + 2])));
    return { status: 'several', value, others };
  },
});

function resultOf(word: unknown, text: string): LockResult {
  if (word === 'refused') return { status: word, reason: text };
  return { status: word === 'taken' ? word : 'held', value: text };
}
