import { asReply, defineScript } from './define-script.js';
import source from './list-page.lua';

export interface ListPage {
  status: 'page';
  /** How many entries were looked at. */
  read: number;
  /** False when the end of the list was reached. */
  more: boolean;
  /** Those that hold every text, in the order of reading. */
  entries: { index: number; text: string }[];
}

/**
 * Reads one page of a list: at most `most` entries, and no further entry after `bytes` were looked at, so that Redis is
 * never held up. `first` is the index to begin at; a negative one counts from the tail, and reading goes towards the head,
 * where nothing is missed while workers take jobs from the head. Rest args: plain texts that an entry must hold.
 */
export const listPage = defineScript({
  name: 'listPage',
  source,
  keys: ['list'],
  args: ['first', 'most', 'bytes'],
  decode(reply): ListPage {
    const [, read, more, ...found] = asReply(reply);
    const entries: ListPage['entries'] = [];
    for (let at = 0; at < found.length; at += 2) {
      entries.push({ index: Number(found[at]), text: String(found[at + 1]) });
    }
    return { status: 'page', read: Number(read), more: more === 1, entries };
  },
});
