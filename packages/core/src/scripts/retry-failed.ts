import { asReply, defineScript } from './define-script.js';
import source from './retry-failed.lua';

/** `known`: this call was applied before. */
export type RetryFailedReply = { status: 'queued' | 'known'; length: number } | { status: 'absent' };

/**
 * Moves one job from `failed` (its entry's exact text) back to a queue (its payload's exact text). With the rest operands
 * `producer` (key), `call`, `fresh` and `keepMs`, a second arrival of the call is told `known`, and not `absent`.
 */
export const retryFailed = defineScript({
  name: 'retryFailed',
  source,
  keys: ['failed', 'queues', 'list', 'wake', 'newQueue'],
  args: ['entry', 'queue', 'payload'],
  decode(reply): RetryFailedReply {
    const [status, length] = asReply(reply);
    if (status === 'absent') return { status };
    return { status: status === 'known' ? 'known' : 'queued', length: Number(length) };
  },
});
