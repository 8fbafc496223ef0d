import { asReply, defineScript } from './define-script.js';
import source from './remove-entries.lua';

export interface RemoveEntriesReply {
  status: 'removed';
  /** How many entries were removed. */
  count: number;
  /** Which of the texts were there, by their index. */
  texts: number[];
}

/**
 * Removes entries (rest args: their texts) from the stretch between two negative indices of a list. `tombstone`: a text
 * that no entry has. An entry that has moved out of the stretch stays.
 */
export const removeEntries = defineScript({
  name: 'removeEntries',
  source,
  keys: ['list'],
  args: ['first', 'last', 'tombstone'],
  decode(reply): RemoveEntriesReply {
    const [, count, ...places] = asReply(reply);
    return { status: 'removed', count: Number(count), texts: places.map((place) => Number(place) - 1) };
  },
});
