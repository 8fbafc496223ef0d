import { asReply, defineScript } from './define-script.js';
import source from './remove-delayed.lua';

/** Removes one exact payload from one delayed second. */
export const removeDelayed = defineScript({
  name: 'removeDelayed',
  source,
  keys: ['bucket', 'timestamps', 'schedule', 'due'],
  args: ['second', 'payload'],
  decode: (reply): { status: 'removed'; count: number } => ({
    status: 'removed',
    count: Number(asReply(reply)[1]),
  }),
});
