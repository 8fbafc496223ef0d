import { asReply, defineScript } from './define-script.js';
import source from './resume-queues.lua';

/**
 * Ends the pause of everything (`scope: "all"`; queues may be paused one by one still) or of some queues (`"queues"`, rest
 * args: their names). Rest keys: the wake lists of the queues that can be worked again.
 */
export const resumeQueues = defineScript({
  name: 'resumeQueues',
  source,
  keys: ['paused', 'pauseAll', 'wake'],
  args: ['scope'],
  decode: (reply): { status: 'resumed'; changed: boolean } => ({
    status: 'resumed',
    changed: asReply(reply)[1] === 1,
  }),
});
