import { asReply, defineScript } from './define-script.js';
import source from './remove-entries.lua';

/**
 * Removes entries (rest args: their texts) from the stretch between two negative indices of a list. `tombstone`: a text
 * that no entry has. An entry that has moved out of the stretch stays.
 */
export const removeEntries = defineScript({
  name: 'removeEntries',
  source,
  keys: ['list'],
  args: ['first', 'last', 'tombstone'],
  decode: (reply): { status: 'removed'; count: number } => ({
    status: 'removed',
    count: Number(asReply(reply)[1]),
  }),
});
