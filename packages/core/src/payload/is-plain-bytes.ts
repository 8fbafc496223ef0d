import { arePlainWords } from './are-plain-words.js';

/** True for ASCII that JSON writes as it is, between quotes. What it is not sure of it refuses. */
export function isPlainBytes(bytes: Buffer, from: number, to: number): boolean {
  const escape = bytes.indexOf(0x5c, from);
  if (escape !== -1 && escape < to) return false;
  // Four bytes at once, from where they may be looked at like that.
  const start = from + ((4 - ((bytes.byteOffset + from) & 3)) & 3);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + start, Math.max(0, to - start) >> 2);
  const end = words.length - (words.length & 3);
  if (!arePlainWords(words, end)) return false;
  return areAllPlain(bytes, from, start) && areAllPlain(bytes, start + end * 4, to);
}

function areAllPlain(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte > 0x7f || byte === 0x22 || byte === 0x5c) return false;
  }
  return true;
}
