import { asReply, defineScript } from './define-script.js';
import source from './remove-entry.lua';

/** `known`: this call removed an entry before. */
export type RemoveEntryReply = { status: 'removed'; count: number } | { status: 'known' };

/** Removes one entry of a list by its exact text; a second arrival of the call does not take another that is equal. */
export const removeEntry = defineScript({
  name: 'removeEntry',
  source,
  keys: ['list', 'producer'],
  args: ['count', 'text', 'call', 'fresh', 'keepMs'],
  decode(reply): RemoveEntryReply {
    const [status, count] = asReply(reply);
    return status === 'known' ? { status } : { status: 'removed', count: Number(count) };
  },
});
