/**
 * True where the bytes of the first `count` words, four at once, are ASCII and no control character. A multiple of four words is looked
 * at. Much quicker than an expression, which takes 1 ns a character.
 */
export function arePlainWords(words: Int32Array, count: number): boolean {
  // All characters of ASCII but those for control have bit 5 or bit 6, and none has bit 7.
  let common = -1;
  let any = 0;
  for (let at = 0; at < count; at += 4) {
    const first = words[at] ?? 0;
    const second = words[at + 1] ?? 0;
    const third = words[at + 2] ?? 0;
    const fourth = words[at + 3] ?? 0;
    common &=
      (first | (first << 1)) & (second | (second << 1)) & (third | (third << 1)) & (fourth | (fourth << 1));
    any |= first | second | third | fourth;
  }
  return (common & 0x40404040) === 0x40404040 && (any & 0x80808080) === 0;
}
