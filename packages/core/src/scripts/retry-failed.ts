import { asReply, defineScript } from './define-script.js';
import source from './retry-failed.lua';

export type RetryFailedReply = { status: 'queued'; length: number } | { status: 'absent' };

/** Moves one job from `failed` (its entry's exact text) back to a queue (its payload's exact text). */
export const retryFailed = defineScript({
  name: 'retryFailed',
  source,
  keys: ['failed', 'queues', 'list', 'wake', 'newQueue'],
  args: ['entry', 'queue', 'payload'],
  decode(reply): RetryFailedReply {
    const [status, length] = asReply(reply);
    return status === 'absent' ? { status } : { status: 'queued', length: Number(length) };
  },
});
