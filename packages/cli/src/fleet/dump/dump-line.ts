/** A text byte for byte: as it is, or in base64 where it is no UTF-8. */
export type Bytes = { readonly text: string } | { readonly base64: string };

/** A line of an export. */
export type DumpLine =
  | { type: 'reskue-export'; version: 1; namespace: string; at: string }
  | { type: 'queue'; queue: string }
  | { type: 'paused'; queue: string }
  | { type: 'job'; queue: string; payload: Bytes }
  | { type: 'delayed'; second: string; dueMs: number | null; payload: Bytes }
  | { type: 'failed'; entry: Bytes }
  | { type: 'lock'; lock: string; value: Bytes; ttlMs: number | null }
  | { type: 'schedule'; name: string; config: Bytes };

export function toBytes(buffer: Buffer): Bytes {
  const text = buffer.toString('utf8');
  return Buffer.from(text, 'utf8').equals(buffer) ? { text } : { base64: buffer.toString('base64') };
}

export const fromBytes = (bytes: Bytes): Buffer =>
  'text' in bytes ? Buffer.from(bytes.text, 'utf8') : Buffer.from(bytes.base64, 'base64');
