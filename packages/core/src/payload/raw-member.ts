/**
 * The exact text of a member of a JSON object, as it stands there: numbers keep their digits and strings their escapes.
 * The text must be a valid JSON object; `null` when it has no such member of its own. The last of several wins, as in JSON.parse.
 */
export function rawMember(text: string, name: string): string | null {
  let found: string | null = null;
  let at = skipSpace(text, text.indexOf('{') + 1);
  while (at > 0 && at < text.length && text[at] === '"') {
    const keyEnd = endOfString(text, at);
    const key: unknown = JSON.parse(text.slice(at, keyEnd));
    const valueStart = skipSpace(text, text.indexOf(':', keyEnd) + 1);
    const valueEnd = endOfValue(text, valueStart);
    if (key === name) found = text.slice(valueStart, valueEnd);
    at = skipSpace(text, valueEnd);
    if (text[at] !== ',') break;
    at = skipSpace(text, at + 1);
  }
  return found;
}

const space = /[ \t\n\r]/;

/** The index of the first character from there on that is no space. */
export function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && space.test(text.charAt(at))) at += 1;
  return at;
}

/** The index behind a string's closing quote. */
export function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** The index behind a value; depth is counted, not recursed into, so that 100,000 levels are no trouble. */
export function endOfValue(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const character = text[at];
    if (character === '"') {
      at = endOfString(text, at);
      if (depth === 0) return at;
      continue;
    }
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (character === ',' || space.test(character ?? ''))) return at;
    at += 1;
  }
  return at;
}
