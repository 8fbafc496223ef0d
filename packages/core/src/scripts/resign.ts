import { asReply, defineScript } from './define-script.js';
import source from './resign.lua';

/** Ends a leadership: removes the scheduler locks that hold this name, and no other's. */
export const resign = defineScript({
  name: 'resign',
  source,
  keys: ['leaderLock', 'rubyMasterLock', 'v4MasterLock', 'leader'],
  args: ['name'],
  decode: (reply): { status: 'resigned'; count: number } => ({
    status: 'resigned',
    count: Number(asReply(reply)[1]),
  }),
});
