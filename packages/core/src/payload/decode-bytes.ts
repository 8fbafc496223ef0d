import { randomBytes } from 'node:crypto';
import type { ParsedJob } from '../jobs/parsed-payloads.js';
import { decodeJob } from './decode-job.js';
import { isPlainBytes } from './is-plain-bytes.js';

/** From so many bytes on, a text without escapes is cut out of its payload. */
const longText = 4_096;
/** So many quotes are looked at, and so many bytes may be left when the long texts are cut out. */
const mostQuotes = 32;
const mostRest = 8_192;

const quote = 0x22;

/** Stands in the place of what was cut out. No writer of payloads knows it. */
const mark = randomBytes(12).toString('hex');

/**
 * As `decodeJob` decodes the text of these bytes. JSON.parse looks at each character by itself, which takes as long as all that
 * is done with a long payload otherwise. So texts that JSON writes as they are, are cut out, and put into their places afterwards.
 */
export function decodeBytes(
  bytes: Buffer,
  queue: string,
): { ok: true; job: ParsedJob } | { ok: false; reason: string } {
  const parts = cut(bytes);
  if (parts) {
    const decoded = decodeJob(parts.rest, queue);
    if (decoded.ok && putBack(decoded.job, bytes, parts.places) * 2 === parts.places.length) return decoded;
  }
  return decodeJob(bytes.toString(), queue);
}

/**
 * The payload with marks in the place of its long texts, and where each began and ended; undefined where there are none, or too
 * much is left. The texts are made when they are put back: V8 may keep the list, and what it holds, for long after its end.
 */
function cut(bytes: Buffer): { rest: string; places: number[] } | undefined {
  const places: number[] = [];
  let [rest, from, opening] = ['', 0, bytes.indexOf(quote)];
  for (let quotes = 0; quotes < mostQuotes && opening !== -1; quotes += 1) {
    const closing = bytes.indexOf(quote, opening + 1);
    if (closing === -1) break;
    // What is between two texts, and no text itself, leaves no JSON when it is cut out; then nothing was cut.
    if (closing - opening > longText && isPlainBytes(bytes, opening + 1, closing)) {
      rest += bytes.toString('utf8', from, opening + 1) + mark + String(places.length);
      places.push(opening + 1, closing);
      from = closing;
    }
    opening = closing;
  }
  if (places.length === 0 || bytes.length - from > mostRest) return undefined;
  rest += bytes.toString('utf8', from);
  return rest.length > mostRest ? undefined : { rest, places };
}

/** Puts the texts into the places of their marks; how many of these it found. */
function putBack(value: object, bytes: Buffer, places: readonly number[]): number {
  let found = 0;
  for (const [key, member] of Object.entries(value) as [string, unknown][]) {
    if (typeof member === 'object' && member !== null) {
      found += putBack(member, bytes, places);
    } else if (typeof member === 'string' && member.startsWith(mark)) {
      const place = Number(member.slice(mark.length));
      const [from, to] = [places[place], places[place + 1]];
      if (from === undefined || to === undefined) continue;
      Reflect.set(value, key, bytes.toString('latin1', from, to));
      found += 1;
    }
  }
  return found;
}
