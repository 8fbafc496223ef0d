import { asReply, defineScript } from './define-script.js';
import source from './revise-terms.lua';

/** Rewrites what a lease tells of its process, such as for how long its event loop has been blocked. */
export const reviseTerms = defineScript({
  name: 'reviseTerms',
  source,
  keys: ['lease'],
  args: ['terms'],
  decode: (reply): { status: 'revised' | 'lost' } => ({
    status: asReply(reply)[0] === 'lost' ? 'lost' : 'revised',
  }),
});
