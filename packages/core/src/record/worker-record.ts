import { rawMember } from '../payload/raw-member.js';

/** What a worker has in its hands, read from its record. */
export interface WorkerRecord {
  queue: string;
  /** The worker's name; Ruby's records have none, nor has what was claimed ahead of a free slot. */
  worker: string | null;
  /** The lease that holds the job; neighbours' records have none. */
  lease: string | null;
  claim: number | null;
  runAt: string;
  /** The job's text, byte for byte. */
  payload: string;
}

const ours =
  /^\{"queue":"(?:[^"\\]|\\.)*","run_at":"[^"]*"(?:,"worker":"(?:[^"\\]|\\.)*")?,"lease":"[^"]*","claim":\d+,"payload":/;

/**
 * Reads a `worker:<id>` record of any neighbour's, without ever failing: `null` for what is no record.
 * Ours are read by their fixed head, because the payload behind it may be no JSON.
 */
export function decodeRecord(text: string): WorkerRecord | null {
  const head = ours.exec(text)?.[0];
  if (head !== undefined) {
    const payload = text.slice(head.length, -1);
    return fromMembers(parseObject(`${head}0}`), payload);
  }
  const members = parseObject(text);
  return members ? fromMembers(members, rawMember(text, 'payload')) : null;
}

/**
 * Reads what a process claimed ahead of its free slots. A long payload lies apart, in a list of its own: then the record ends
 * in front of it, and `apart` takes its place.
 */
export function decodeAhead(text: string, apart: string): WorkerRecord | null {
  return isApart(text) ? fromMembers(parseObject(text), apart) : decodeRecord(text);
}

/** True for the record of a claim made ahead whose payload lies apart. In a name, quotes would be escaped. */
export const isApart = (text: string): boolean => !text.includes(',"payload":');

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    // A JSON object is a record of its members; arrays are told apart here.
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function fromMembers(members: Record<string, unknown> | null, payload: string | null): WorkerRecord | null {
  if (!members || payload === null || typeof members['queue'] !== 'string') return null;
  return {
    queue: members['queue'],
    worker: typeof members['worker'] === 'string' ? members['worker'] : null,
    lease: typeof members['lease'] === 'string' ? members['lease'] : null,
    claim: typeof members['claim'] === 'number' ? members['claim'] : null,
    runAt: typeof members['run_at'] === 'string' ? members['run_at'] : '',
    payload,
  };
}
