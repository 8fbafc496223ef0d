import type { Connection } from '../connection/connection.js';
import { payloadListOf } from '../keys/keys.js';
import { decodeAhead, isApart, type WorkerRecord } from '../record/worker-record.js';

/** A claim that a process made ahead of its free slots. */
export interface AheadRecord {
  /** The text of the record, as it is in Redis. */
  bytes: Buffer;
  /** Null for what cannot be read. Where the payload lay apart and is gone, it is empty. */
  record: WorkerRecord | null;
}

/** What a lease's process claimed ahead, with the payloads that lie apart. */
export async function readAhead({ client, keys }: Connection, leaseId: string): Promise<AheadRecord[]> {
  const { last: _, ...claims } = await client.hgetallBuffer(keys.leaseAhead(leaseId));
  return Promise.all(
    Object.entries(claims).map(async ([number, bytes]) => {
      const text = bytes.toString();
      const apart = isApart(text)
        ? await client.lindex(payloadListOf(keys.leaseAhead(leaseId), number), 0)
        : null;
      return { bytes, record: decodeAhead(text, apart ?? '') };
    }),
  );
}
