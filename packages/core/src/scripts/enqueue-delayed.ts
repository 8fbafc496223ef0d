import { asReply, defineScript } from './define-script.js';
import source from './enqueue-delayed.lua';

export type EnqueueDelayedReply = { status: 'delayed' | 'duplicate' | 'known' };

/**
 * Delays one payload: the duplicate check, the bucket, the `timestamps:` marker, the schedule entry and the exact due time in one step.
 * Rest keys: the `timestamps:` keys of the other encodings of the same job, which count as duplicates too.
 */
export const enqueueDelayed = defineScript({
  name: 'enqueueDelayed',
  source,
  keys: ['bucket', 'timestamps', 'schedule', 'due', 'dueWake', 'producer'],
  args: ['payload', 'second', 'dueMs', 'call', 'fresh', 'keepMs'],
  decode(reply): EnqueueDelayedReply {
    const [status] = asReply(reply);
    return { status: status === 'duplicate' || status === 'known' ? status : 'delayed' };
  },
});
