import type { ParsedFailedJobPayload } from '../jobs/parsed-payloads.js';

/** An entry of `failed` that was read, or why it is none. `raw` is its text, which removal needs. */
export type DecodedFailure =
  { ok: true; raw: string; failure: ParsedFailedJobPayload } | { ok: false; raw: string; reason: string };

/** Reads an entry of any writer; never throws. Only that it is an object is sure: every member may be missing. */
export function decodeFailure(raw: string): DecodedFailure {
  try {
    const value: unknown = JSON.parse(raw);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return { ok: false, raw, reason: 'the entry is no JSON object' };
    }
    // An object; node-resque's users know it by this type, whoever wrote it.
    return { ok: true, raw, failure: value as ParsedFailedJobPayload };
  } catch (error) {
    return { ok: false, raw, reason: `the entry is not JSON: ${String(error)}` };
  }
}
