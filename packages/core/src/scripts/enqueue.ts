import { asReply, defineScript } from './define-script.js';
import source from './enqueue.lua';

export type EnqueueReply = { status: 'queued' | 'known'; length: number };

/** Appends payloads (rest args) to one queue; a call number that was applied before changes nothing. */
export const enqueue = defineScript({
  name: 'enqueue',
  source,
  keys: ['queues', 'list', 'wake', 'newQueue', 'producer'],
  args: ['queue', 'call', 'fresh', 'keepMs'],
  decode: decodeEnqueue,
});

/** The reply of whatever appends payloads to a queue. */
export function decodeEnqueue(reply: unknown): EnqueueReply {
  // A bare number in the common case: it is read in half the time that a list takes.
  if (typeof reply === 'number') return { status: 'queued', length: reply };
  const [status, length] = asReply(reply);
  return { status: status === 'known' ? 'known' : 'queued', length: Number(length) };
}
