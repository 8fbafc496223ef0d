import { asReply, defineScript } from './define-script.js';
import source from './delete-queue.lua';

/** Removes a queue with all its jobs. `count`: how many there were. */
export const deleteQueue = defineScript({
  name: 'deleteQueue',
  source,
  keys: ['queues', 'list', 'wake'],
  args: ['queue'],
  decode: (reply): { status: 'deleted'; count: number } => ({
    status: 'deleted',
    count: Number(asReply(reply)[1]),
  }),
});
