const cr = 13;

/** How many frames follow the head of an aggregate, by its first byte. */
const perItem: Partial<Record<string, number>> = { '*': 1, '~': 1, '>': 1, '%': 2 };
const withLength = '$=!';

/** The index behind the RESP frame (2 or 3) that begins at `at`; -1 while some of it has not arrived. */
export function frameEnd(bytes: Buffer, at: number): number {
  const lineEnd = bytes.indexOf(cr, at);
  if (lineEnd < 0 || lineEnd + 2 > bytes.length) return -1;
  const kind = String.fromCharCode(bytes[at]!);
  const behind = lineEnd + 2;
  const length = Number(bytes.toString('latin1', at + 1, lineEnd));
  if (withLength.includes(kind)) {
    if (length < 0) return behind;
    return behind + length + 2 <= bytes.length ? behind + length + 2 : -1;
  }
  let end = behind;
  for (let left = Math.max(length, 0) * (perItem[kind] ?? 0); left > 0; left -= 1) {
    end = frameEnd(bytes, end);
    if (end < 0) return -1;
  }
  return end;
}

/** Cuts a stream into whole frames. */
export class FrameCutter {
  #rest: Buffer = Buffer.alloc(0);

  cut(chunk: Buffer): Buffer[] {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    const frames: Buffer[] = [];
    let at = 0;
    while (at < bytes.length) {
      const end = frameEnd(bytes, at);
      if (end < 0) break;
      frames.push(bytes.subarray(at, end));
      at = end;
    }
    this.#rest = bytes.subarray(at);
    return frames;
  }
}

/** The first words of a command frame (an array of bulk strings). */
export function words(frame: Buffer, most: number): string[] {
  const found: string[] = [];
  let at = frame.indexOf(cr) + 2;
  while (found.length < most && at < frame.length) {
    const end = frameEnd(frame, at);
    const body = frame.indexOf(cr, at) + 2;
    found.push(frame.toString('utf8', body, end - 2));
    at = end;
  }
  return found;
}
