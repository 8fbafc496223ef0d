import { asReply, defineScript } from './define-script.js';
import source from './del-if.lua';

/** The settlement command `delif` where there is no settlement: an enqueue that was refused, a run inline. */
export const delIf = defineScript({
  name: 'delIf',
  source,
  keys: ['firstKey'],
  args: ['firstText'],
  decode(reply): { status: 'deleted'; count: number } | { status: 'kept' } {
    const [status, count] = asReply(reply);
    return status === 'deleted' ? { status, count: Number(count) } : { status: 'kept' };
  },
});
