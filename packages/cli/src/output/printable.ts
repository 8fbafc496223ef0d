const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

// Cc: control characters. Cf: those that turn the direction of writing, or have no width. Zl, Zp: ends of lines.
const HARMFUL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The text on one line, without anything that moves a cursor: data of strangers is shown, never obeyed. */
export function printable(text: string): string {
  return text.replace(
    HARMFUL,
    (letter) => NAMED[letter] ?? `\\u{${(letter.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
