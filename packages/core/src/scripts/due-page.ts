import { asReply, defineScript } from './define-script.js';
import source from './due-page.lua';

export interface DuePageReply {
  status: 'page';
  /** Entries read from the bucket, due or not; fewer than asked for means that the page was the last. */
  read: number;
  payloads: string[];
}

/** Reads which payloads of a page (`first`..`last`, inclusive, at most 1,000) of a bucket are due. */
export const duePage = defineScript({
  name: 'duePage',
  source,
  keys: ['bucket', 'due'],
  args: ['second', 'first', 'last', 'now'],
  decode(reply): DuePageReply {
    const [, read, ...payloads] = asReply(reply);
    return { status: 'page', read: Number(read), payloads: payloads.map(String) };
  },
});
