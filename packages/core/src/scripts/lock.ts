import { asReply, defineScript } from './define-script.js';
import source from './lock.lua';

/** `value` is the lock's: the epoch second after which it has lapsed. `fenced`: the lease that asks is gone. */
export type LockReply = { status: 'taken' | 'held'; value: string } | { status: 'fenced' };

/**
 * Takes a lock for a holder (`<lease>/<nonce>`, or any text without a lease). Its value is what node-resque writes; who
 * holds it stands beside it, and lapses with it. `name` is the lock's key, for the set of the lease.
 */
export const lock = defineScript({
  name: 'lock',
  source,
  keys: ['lock', 'owner', 'leaseLocks', 'leases'],
  args: ['name', 'lease', 'holder', 'ttlMs', 'lapses', 'now'],
  decode(reply): LockReply {
    const [status, value] = asReply(reply);
    if (status === 'fenced') return { status };
    return { status: status === 'taken' ? 'taken' : 'held', value: String(value) };
  },
});
