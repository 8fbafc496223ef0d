import { decodeFailure, sameValue, type Connection } from '@reskue/core/protocol';
import { plainTexts } from '../queued/plain-texts.js';
import type { QueueContext } from '../queue-context.js';
import { removeOne } from '../queued/remove-one.js';
import { walkList } from '../queued/walk-list.js';
import { textOf } from './read-failed.js';

/**
 * Finds an entry of `failed` by the object that `failed()` gave, also after a way through JSON: by its exact text where
 * that is known, else by comparing decoded values page by page. Gives the text as it is in Redis.
 */
export async function findFailed(connection: Connection, failure: unknown): Promise<string | undefined> {
  const { client, keys } = connection;
  const { value, likely } = likelyTexts(failure);
  for (const text of likely) {
    if ((await client.lpos(keys.failed, text)) !== null) return text;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  let found: string | undefined;
  const texts = plainTexts(value);
  await walkList(connection, keys.failed, { from: 'tail', texts }, async ({ entries }) => {
    found = entries.find((text) => isSame(text, value));
    return found === undefined ? 0 : 'stop';
  });
  return found;
}

/** Removes one entry, and gives how many were removed. */
export async function removeFailed(context: QueueContext, failure: unknown): Promise<number> {
  const { connection } = context;
  const text = await findFailed(connection, failure);
  return text === undefined ? 0 : removeOne(context, connection.keys.failed, 'head', text);
}

function likelyTexts(failure: unknown): { value: unknown; likely: string[] } {
  if (typeof failure !== 'object' || failure === null) return { value: undefined, likely: [] };
  const read = textOf(failure);
  try {
    const text = JSON.stringify(failure);
    const value: unknown = JSON.parse(text);
    // What could not be read cannot be compared. Changed since it was read, it is looked for as it is now.
    const isAsRead = read !== undefined && (!decodeFailure(read).ok || isSame(read, value));
    return { value, likely: isAsRead ? [read, text] : [text] };
  } catch {
    // Nested beyond the stack; or no JSON, so nothing that was ever in the list.
    return { value: undefined, likely: read === undefined ? [] : [read] };
  }
}

function isSame(text: string, value: unknown): boolean {
  const decoded = decodeFailure(text);
  return decoded.ok && sameValue(decoded.failure, value);
}
