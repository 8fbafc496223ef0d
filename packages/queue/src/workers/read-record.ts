import { decodeRecord, rawMember, type WorkerRecord } from '@reskue/core/protocol';

/**
 * Reads a worker's record. node-resque writes it by cjson, which makes `{}` of an empty array: there, and only there, args
 * that are `{}` are mended, or the job would be retried with an argument that it never had.
 */
export function readRecord(text: string): WorkerRecord | null {
  const record = decodeRecord(text);
  if (record === null || record.lease !== null || record.worker === null) return record;
  if (!record.payload.startsWith('{') || rawMember(record.payload, 'args') !== '{}') return record;
  return { ...record, payload: record.payload.replace('"args":{}', '"args":[]') };
}
