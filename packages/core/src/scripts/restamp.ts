import { asReply, defineScript } from './define-script.js';
import source from './restamp.lua';

/** Tells in a worker's record since when its job runs; the record of another claim is left as it is. */
export const restamp = defineScript({
  name: 'restamp',
  source,
  keys: ['record'],
  args: ['id', 'claim', 'runAt'],
  decode(reply): { status: 'restamped' | 'changed' } {
    return { status: asReply(reply)[0] === 'restamped' ? 'restamped' : 'changed' };
  },
});
