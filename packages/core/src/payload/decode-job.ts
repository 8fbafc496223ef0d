import type { ParsedJob } from '../jobs/parsed-payloads.js';

/** A payload that was read: its job, or why it is none. `raw` is the text as it is in Redis. */
export type DecodedJob = ReadJob | { ok: false; raw: string; reason: string };

/**
 * An object of a class: where many of a literal survive for a while, V8 makes all that come later in its old memory, and a job that
 * hangs on one of these stays, with its args, until that is cleaned up.
 */
class ReadJob {
  readonly ok = true;

  constructor(
    readonly raw: string,
    readonly job: ParsedJob,
  ) {}
}

/**
 * Reads a payload of any writer; never throws. `args` are always an array: none where they are missing or null, and one
 * where there is a single value (as in Ruby). Members after them are kept. `queue` fills in where Ruby wrote none.
 */
export function decodeJob(raw: string, queue?: string): DecodedJob {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch (error) {
    return { ok: false, raw, reason: `payload is not JSON: ${String(error)}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, raw, reason: `payload is no JSON object: ${raw.slice(0, 80)}` };
  }
  if (!Object.hasOwn(value, 'class')) return { ok: false, raw, reason: 'payload has no class' };
  // An object that came out of JSON.parse: every member may be anything.
  const members = value as Record<string, unknown>;
  if (typeof members.class !== 'string') {
    return {
      ok: false,
      raw,
      reason: `payload has a class that is no string: ${JSON.stringify(members.class).slice(0, 80)}`,
    };
  }
  if (!Array.isArray(members.args)) members.args = members.args == null ? [] : [members.args];
  if (typeof members.queue !== 'string' && queue !== undefined) members.queue = queue;
  // class and args were checked; a missing queue is told by the caller, who knows the list.
  return new ReadJob(raw, members as unknown as ParsedJob);
}
