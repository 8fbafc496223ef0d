import { asReply, defineScript } from './define-script.js';
import source from './lock.lua';

/** `value` is the lock's: the epoch second after which it has lapsed. */
export type LockResult =
  | { status: 'taken' | 'held'; value: string }
  /** Redis refused this lock, among others; asked for alone it tells by its error. */
  | { status: 'refused'; reason: string };

/** `fenced`: the lease that asks is gone, and nothing was taken. `further`: how the further locks went, in their order. */
export type LockReply = (LockResult | { status: 'fenced' }) & { further?: LockResult[] };

/**
 * Takes a lock for a holder (`<lease>/<nonce>`, or any text without a lease). Its value is what node-resque writes; who
 * holds it stands beside it, and lapses with it. `name` is the lock's key, for the set of the lease. Further locks of the
 * same lease may follow as rest operands, per lock its key and its owner's, and name, holder, ttlMs and lapses.
 */
export const lock = defineScript({
  name: 'lock',
  source,
  keys: ['lock', 'owner', 'leaseLocks', 'leases'],
  args: ['name', 'lease', 'holder', 'ttlMs', 'lapses', 'now'],
  decode(reply): LockReply {
    const [status, value, ...rest] = asReply(reply);
    if (status === 'fenced') return { status };
    const first = resultOf(status, value);
    if (rest.length === 0) return first;
    const further: LockResult[] = [];
    for (let at = 0; at < rest.length; at += 2) further.push(resultOf(rest[at], rest[at + 1]));
    return { ...first, further };
  },
});

function resultOf(status: unknown, value: unknown): LockResult {
  if (status === 'refused') return { status, reason: String(value) };
  return { status: status === 'taken' ? 'taken' : 'held', value: String(value) };
}
