/** Words that are counted at once: the counts for each of their four bytes fit into the bytes of one word. */
const mostAtOnce = 252;

/**
 * How many of the bytes in the words from one to before another are quotes or characters for control, without DEL: what JSON
 * escapes, but for the backslash. All of them must be ASCII.
 */
export function countOddBytes(words: Int32Array, from: number, to: number): number {
  let others = 0;
  for (let at = from; at < to; at += mostAtOnce)
    others += countOthers(words, at, Math.min(at + mostAtOnce, to));
  return (to - from) * 4 - others;
}

// By itself, for V8 makes it quick where it is called often, and not for a loop that comes to its end once a call.
function countOthers(words: Int32Array, from: number, to: number): number {
  let sums = 0;
  for (let at = from; at < to; at += 1) {
    const word = words[at] ?? 0;
    // Bit 7 of each byte tells, which none of ASCII has; so nothing is carried into the next byte.
    const isNoQuote = (word ^ 0x22222222) + 0x7f7f7f7f;
    const isNoControl = word + 0x60606060;
    sums = (sums + ((isNoQuote & isNoControl & 0x80808080) >>> 7)) | 0;
  }
  return (sums & 0xff) + ((sums >>> 8) & 0xff) + ((sums >>> 16) & 0xff) + (sums >>> 24);
}
