import { arePlainWords } from './are-plain-words.js';

/** What JSON escapes beside the quote and the backslash: control characters, and halves of characters. */
const special = /[^ -\ud7ff\ue000-\uffff]/;

/** From so many characters on, looking at four at once pays for the copying. */
const longText = 1_000;
/** Bytes that are looked at together; small enough for the processor's nearest cache. */
const windowSize = 16_384;

let window: { bytes: Buffer; words: Int32Array } | undefined;

/** True for a text that JSON writes as it is, between quotes; a text of which it would not be right may be refused. */
export function isPlainText(text: string): boolean {
  if (text.includes('"') || text.includes('\\')) return false;
  return text.length < longText || Buffer.byteLength(text) !== text.length
    ? !special.test(text)
    : isLongPlainAscii(text);
}

// An expression would take as long as all that is done with a big payload otherwise.
function isLongPlainAscii(text: string): boolean {
  const { bytes, words } = (window ??= createWindow());
  for (let from = 0; from < text.length; from += windowSize) {
    const size = bytes.write(text.slice(from, from + windowSize), 'latin1');
    // What is looked at beyond the text is plain, too.
    bytes.fill(0x20, size, Math.min(size + 15, windowSize));
    if (!arePlainWords(words, Math.ceil(size / 4))) return false;
  }
  return true;
}

function createWindow(): { bytes: Buffer; words: Int32Array } {
  const memory = new ArrayBuffer(windowSize);
  return { bytes: Buffer.from(memory), words: new Int32Array(memory) };
}
