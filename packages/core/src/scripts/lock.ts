import { asReply, defineScript } from './define-script.js';
import source from './lock.lua';

/** `value` is the lock's: `LockValue`. */
export type LockResult =
  | { status: 'taken' | 'held'; value: string }
  /** Redis refused this lock, among others; asked for alone it tells by its error. */
  | { status: 'refused'; reason: string };

/** `fenced`: the lease that asks is gone, and nothing was taken. */
export type LockReply =
  | { status: 'taken' | 'held'; value: string }
  | { status: 'fenced' }
  /** Taken with this second and its holder, all but those at these places from 0. */
  | { status: 'several'; second: string; others: ReadonlyMap<number, LockResult> };

/**
 * Takes a lock for a holder: digits in `holders`, and behind them the number `first`. Its value is what node-resque writes,
 * with the holder as a fraction. `name` is the lock's key, for the hash of the lease. Further locks on the same terms may follow
 * as rest keys, for the holders of the next numbers.
 */
export const lock = defineScript({
  name: 'lock',
  source,
  keys: ['lock', 'leaseLocks', 'leases'],
  args: ['name', 'lease', 'holders', 'first', 'ttlMs', 'lapses', 'over', 'now'],
  decode(reply): LockReply {
    const [word, given, ...rest] = asReply(reply);
    const value = String(given);
    if (word === 'fenced') return { status: word };
    if (word !== 'several') return { status: word === 'taken' ? word : 'held', value };
    const others = new Map<number, LockResult>();
    for (let at = 0; at < rest.length; at += 3)
      others.set(Number(rest[at]) - 1, resultOf(rest[at + 1], String(rest[at + 2])));
    return { status: 'several', second: value, others };
  },
});

function resultOf(word: unknown, text: string): LockResult {
  if (word === 'refused') return { status: word, reason: text };
  return { status: word === 'taken' ? word : 'held', value: text };
}
