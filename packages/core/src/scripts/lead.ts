import { asReply, defineScript } from './define-script.js';
import source from './lead.lua';

export type LeadReply = { status: 'leading' } | { status: 'held'; owner: string };

/**
 * Makes the holder of node-resque's leader lock (taken by SET NX before) the holder of Ruby's and node-resque 4's master locks
 * too, for `seconds`: all or none. Run again, it renews them. A holder that runs it less often than every `aliveMs` is taken
 * for dead: whoever runs it next takes its locks over. `held`: somebody else leads, and none of the locks is ours any more.
 */
export const lead = defineScript({
  name: 'lead',
  source,
  keys: ['leaderLock', 'rubyMasterLock', 'v4MasterLock', 'leader'],
  args: ['name', 'seconds', 'aliveMs'],
  decode(reply): LeadReply {
    const [status, owner] = asReply(reply);
    return status === 'leading' ? { status } : { status: 'held', owner: String(owner) };
  },
});
