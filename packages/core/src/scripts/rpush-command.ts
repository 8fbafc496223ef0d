import { Command } from 'ioredis';

/** Characters that are turned into bytes at once: many small payloads cost one call, and none is copied twice. */
const groupLength = 4_096;

/** Whole operands, as RESP has them. */
interface Group {
  text: string;
  /** In bytes. */
  size: number;
}

/**
 * RPUSH of many payloads, or of big ones. ioredis puts a command together as one text, counts the bytes of each operand, and
 * has Node turn the whole into bytes by way of three times the memory: two thirds of the time of an RPUSH of 64 kB. Here
 * bytes are counted by groups, and groups are written into a buffer of the right size.
 */
export class RpushCommand extends Command {
  readonly #payloads: readonly string[];

  /** `keyPrefix` is that of the client. */
  constructor(list: string, payloads: readonly string[], keyPrefix: string | undefined) {
    super('rpush', [list], keyPrefix === undefined ? {} : { keyPrefix });
    this.#payloads = payloads;
  }

  /** What goes over the wire; anew each time that the client sends the command. */
  override toWritable(): Buffer {
    const list = String(this.args[0]);
    const head = `*${this.#payloads.length + 2}\r\n$5\r\nrpush\r\n$${Buffer.byteLength(list)}\r\n${list}\r\n`;
    const groups = [{ text: head, size: Buffer.byteLength(head) }, ...groupOperands(this.#payloads)];
    const bytes = Buffer.allocUnsafe(groups.reduce((sum, { size }) => sum + size, 0));
    let at = 0;
    // As many bytes as characters: that is ASCII, which is copied as it is.
    for (const { text, size } of groups)
      at += bytes.write(text, at, size === text.length ? 'latin1' : 'utf8');
    return bytes;
  }
}

function groupOperands(payloads: readonly string[]): Group[] {
  const groups: Group[] = [];
  let first = 0;
  let text = '';
  for (let next = 1; next <= payloads.length; next += 1) {
    const payload = payloads[next - 1] ?? '';
    text += operand(payload, payload.length);
    if (text.length < groupLength && next < payloads.length) continue;
    let size = Buffer.byteLength(text);
    if (size !== text.length) {
      text = payloads
        .slice(first, next)
        .map((one) => operand(one, Buffer.byteLength(one)))
        .join('');
      size = Buffer.byteLength(text);
    }
    groups.push({ text, size });
    text = '';
    first = next;
  }
  return groups;
}

const operand = (payload: string, size: number): string => `$${size}\r\n${payload}\r\n`;
