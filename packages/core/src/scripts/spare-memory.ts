/** Memory for the bytes of a long command. */
let spare: Buffer | undefined;

/** Bytes that are kept, at most: as many as a step of long payloads has. */
const longestSpare = 2_000_000;

/**
 * At least so many bytes, with anything in them: those of the command before, where they were given back. Of fresh ones
 * the system clears each page when it is first written to, which costs a bulk a tenth of its time.
 */
export function takeMemory(size: number): Buffer {
  const known = spare;
  if (known === undefined || known.length < size) return Buffer.allocUnsafeSlow(size);
  spare = undefined;
  return known;
}

/** Call it when nobody else has these bytes any more. */
export function giveMemoryBack(memory: Buffer): void {
  if (memory.length <= longestSpare) spare = memory;
}
