import { countOddBytes } from '../payload/count-odd-bytes.js';
import type { PayloadRun } from '../payload/payload-run.js';

/** Characters that are turned into bytes at once. */
const groupLength = 16_384;
/** Bytes before an operand, at most: two ends of a line, a dollar, and the digits of its size. */
const mostBeforeOne = 15;
/** For the start at a whole word, the end of the last one, and for a character that does not fit as a whole. */
const spareBytes = 16;
const backslash = 0x5c;

/** Bytes that `writeRun` needs. */
export const sizeOfRun = (head: string, { size, length }: PayloadRun): number =>
  Buffer.byteLength(head) + size + length * mostBeforeOne + spareBytes;

/**
 * Writes a command: its head, up to the operand before the payloads, and these. Undefined where a payload has a character
 * that is not ASCII or has to be escaped. Whether it has is seen in the bytes: there are no more quotes, ends of lines and
 * backslashes in them than stand around the texts. `memory` begins at a whole word.
 */
export function writeRun(memory: Buffer, head: string, run: PayloadRun): Buffer | undefined {
  const headSize = Buffer.byteLength(head);
  const start = (4 - (headSize & 3)) & 3;
  memory.write(head, start);
  const from = start + headSize;
  const to = writeOperands(memory, from, run);
  if (to === undefined) return undefined;
  if (!run.areSeen && !areOperandsPlain(memory, from, to, run)) return undefined;
  return memory.subarray(start, to);
}

/** Where it ended; undefined where a character is not ASCII. */
function writeOperands(memory: Buffer, from: number, run: PayloadRun): number | undefined {
  const { opening, middles, closing } = run;
  const around = opening.length + closing.length;
  let at = from;
  let group = '';
  let end = '';
  let length = -1;
  let before = '';
  for (const middle of middles) {
    // The fewer pieces a text has, the sooner it is bytes; and mostly one is as long as the one before.
    if (middle.length !== length || end === '') {
      length = middle.length;
      before = `${end}\r\n$${around + length}\r\n${opening}`;
      if (end === '') length = -1;
      end = closing;
    }
    group += before + middle;
    if (group.length < groupLength) continue;
    const written = memory.write(group, at);
    if (written !== group.length) return undefined;
    at += written;
    group = '';
  }
  group += `${end}\r\n`;
  return memory.write(group, at) === group.length ? at + group.length : undefined;
}

function areOperandsPlain(memory: Buffer, from: number, to: number, run: PayloadRun): boolean {
  const frame = run.opening + run.closing;
  if (frame.includes('\\') || memory.subarray(from, to).includes(backslash)) return false;
  const end = to + ((4 - (to & 3)) & 3);
  memory.fill(0x20, to, end);
  const words = new Int32Array(memory.buffer, memory.byteOffset, end >> 2);
  const quotes = (frame.split('"').length - 1) * run.length;
  const endsOfLines = 2 * run.length + 1;
  return countOddBytes(words, from >> 2, words.length) === quotes + 2 * endsOfLines;
}
