import { decodeFailure, type Connection, type ParsedFailedJobPayload } from '@reskue/core/protocol';
import { readList } from '../queued/read-list.js';

/** The exact texts of the entries that this process has read, so that each is found again at once. */
const texts = new WeakMap<object, string>();

/** The text that this very object was read from. */
export const textOf = (failure: object): string | undefined => texts.get(failure);

/** The entries of `failed` from `start` to `stop` (as LRANGE counts). One that cannot be read is shown by its text as `raw`. */
export async function readFailed(
  connection: Connection,
  start: number,
  stop: number,
): Promise<ParsedFailedJobPayload[]> {
  const entries = await readList(connection, connection.keys.failed, start, stop);
  return entries.map((text) => {
    const decoded = decodeFailure(text);
    const failure = decoded.ok ? decoded.failure : unreadable(text, decoded.reason);
    texts.set(failure, text);
    return failure;
  });
}

const unreadable = (raw: string, reason: string): ParsedFailedJobPayload & { raw: string } => ({
  worker: '',
  queue: '',
  payload: { class: '', queue: '', args: [] },
  exception: 'Error',
  error: `This entry of the failed list cannot be read: ${reason}`,
  backtrace: [],
  failed_at: '',
  raw,
});
