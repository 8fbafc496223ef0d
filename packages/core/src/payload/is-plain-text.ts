/** Anything that JSON would escape, or might. */
const special = /[^ !#-[\]-~]/;

/** From so many characters on, looking at four at once pays for the copying. */
const longText = 1_000;
/** Bytes that are looked at together; small enough for the processor's nearest cache. */
const windowSize = 16_384;

let window: { bytes: Buffer; words: Int32Array } | undefined;

/** True for a text that JSON writes as it is, between quotes; a text of which it would not be right may be refused. */
export function isPlainText(text: string): boolean {
  return text.length < longText ? !special.test(text) : isLongPlainText(text);
}

// A regular expression takes 1 ns a character, as long as all that is done with a big payload otherwise.
function isLongPlainText(text: string): boolean {
  if (text.includes('"') || text.includes('\\') || Buffer.byteLength(text) !== text.length) return false;
  const { bytes, words } = (window ??= createWindow());
  // ASCII from here on: all but control characters have bit 5 or bit 6.
  let common = -1;
  for (let from = 0; from < text.length; from += windowSize) {
    const size = bytes.write(text.slice(from, from + windowSize), 'latin1');
    // The last word is filled up with what was there before, or with this.
    bytes.fill(0x20, size, Math.min(size + 3, windowSize));
    const count = (size + 3) >> 2;
    for (let at = 0; at < count; at += 1) {
      const word = words[at] ?? 0;
      common &= word | (word << 1);
    }
  }
  return (common & 0x40404040) === 0x40404040;
}

function createWindow(): { bytes: Buffer; words: Int32Array } {
  const memory = new ArrayBuffer(windowSize);
  return { bytes: Buffer.from(memory), words: new Int32Array(memory) };
}
