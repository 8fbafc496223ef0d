import { asReply, defineScript } from './define-script.js';
import source from './force-clean.lua';

/** Removes a worker by force. Rest keys: its record, then its started, ping and stat keys. `lease`: of the record, or of nobody. */
export const forceClean = defineScript({
  name: 'forceClean',
  source,
  keys: ['workers', 'failed', 'failures', 'heartbeat', 'lease'],
  args: ['workerId', 'seen', 'failure'],
  decode: (reply): { status: 'cleaned' | 'changed' } => ({
    status: asReply(reply)[0] === 'changed' ? 'changed' : 'cleaned',
  }),
});
