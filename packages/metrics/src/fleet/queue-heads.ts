import { asReply, defineScript, type Connection } from '@reskue/core/protocol';
import source from './queue-heads.lua';

/** How one queue stands. */
export interface QueueHead {
  depth: number;
  /** Epoch ms since when its first job waits; undefined where its payload does not tell, or there is none. */
  since: number | undefined;
}

const queueHeads = defineScript({
  name: 'queueHeads',
  source,
  keys: [],
  args: ['bytes'],
  decode: (reply): QueueHead[] => {
    const [, ...values] = asReply(reply);
    return Array.from({ length: values.length / 2 }, (_, at) => ({
      depth: Math.max(0, Number(values[at * 2])),
      since: enqueuedAt(String(values[at * 2 + 1])),
    }));
  },
});

/** Behind `enqueued_at` the longest trace state has room. */
const bytes = 1_024;
/** Redis does nothing else meanwhile: some 0.2 ms. */
const queuesAtOnce = 200;

/** Looks at all of the queues, in one round trip, without reading more than the end of a payload. */
export async function readQueueHeads(
  connection: Connection,
  queues: readonly string[],
): Promise<QueueHead[]> {
  const parts = [];
  for (let at = 0; at < queues.length; at += queuesAtOnce) {
    const keys = queues.slice(at, at + queuesAtOnce).map((queue) => connection.keys.queue(queue));
    parts.push(connection.run(queueHeads, {}, { bytes }, { keys }));
  }
  return (await Promise.all(parts)).flat();
}

// Anchored at the end: text in the args cannot be taken for it, for a payload without members ends in a list.
const atTheEnd =
  /,"enqueued_at":(\d{1,16})(?:,"(?:[^"\\]|\\.)*":(?:"(?:[^"\\]|\\.)*"|[-+.\deE]+|true|false))*}$/;

function enqueuedAt(end: string): number | undefined {
  const found = atTheEnd.exec(end)?.[1];
  return found === undefined ? undefined : Number(found);
}
