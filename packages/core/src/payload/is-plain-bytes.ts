/** True for ASCII that JSON writes as it is, between quotes. What it is not sure of it refuses. */
export function isPlainBytes(bytes: Buffer, from: number, to: number): boolean {
  const escape = bytes.indexOf(0x5c, from);
  if (escape !== -1 && escape < to) return false;
  // Four bytes at once, from where they may be looked at like that.
  const start = from + ((4 - ((bytes.byteOffset + from) & 3)) & 3);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + start, Math.max(0, to - start) >> 2);
  const end = words.length - (words.length & 3);
  // All characters of ASCII but those for control have bit 5 or bit 6, and none has bit 7.
  let common = -1;
  let any = 0;
  for (let at = 0; at < end; at += 4) {
    const first = words[at] ?? 0;
    const second = words[at + 1] ?? 0;
    const third = words[at + 2] ?? 0;
    const fourth = words[at + 3] ?? 0;
    common &=
      (first | (first << 1)) & (second | (second << 1)) & (third | (third << 1)) & (fourth | (fourth << 1));
    any |= first | second | third | fourth;
  }
  if ((common & 0x40404040) !== 0x40404040 || (any & 0x80808080) !== 0) return false;
  return areAllPlain(bytes, from, start) && areAllPlain(bytes, start + end * 4, to);
}

function areAllPlain(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte > 0x7f || byte === 0x22 || byte === 0x5c) return false;
  }
  return true;
}
