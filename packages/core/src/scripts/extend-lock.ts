import { asReply, defineScript } from './define-script.js';
import source from './extend-lock.lua';

/** Gives a lock its full time again, while its holder, whom its value names, is at work. `lost`: it lapsed, or somebody removed it. */
export const extendLock = defineScript({
  name: 'extendLock',
  source,
  keys: ['lock', 'leaseLocks'],
  args: ['value', 'ttlMs'],
  decode: (reply): { status: 'extended' | 'lost' } => ({
    status: asReply(reply)[0] === 'extended' ? 'extended' : 'lost',
  }),
});
