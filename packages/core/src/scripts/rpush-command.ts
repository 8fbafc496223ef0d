import { Command } from 'ioredis';
import type { Payload } from '../payload/long-payload.js';
import { PayloadRun, type Payloads } from '../payload/payload-run.js';
import { giveMemoryBack, takeMemory } from './spare-memory.js';
import { sizeOfRun, writeRun } from './write-run.js';

/** Characters that are turned into bytes at once: many small payloads cost one call. */
const groupLength = 16_384;

/**
 * RPUSH of many payloads, or of big ones. ioredis puts a command together as one text, counts the bytes of each operand, and
 * has Node turn the whole into bytes by way of three times the memory: two thirds of the time of an RPUSH of 64 kB. Here
 * payloads are taken for ASCII, of which the bytes are as many as the characters, until one is not.
 */
export class RpushCommand extends Command {
  readonly #payloads: Payloads;
  #memory: Buffer | undefined;

  /** `keyPrefix` is that of the client. */
  constructor(list: string, payloads: Payloads, keyPrefix: string | undefined) {
    super('rpush', [list], keyPrefix === undefined ? {} : { keyPrefix });
    this.#payloads = payloads;
  }

  /** What goes over the wire; anew each time that the client sends the command. */
  override toWritable(): Buffer {
    const list = String(this.args[0]);
    const head = `*${this.#payloads.length + 2}\r\n$5\r\nrpush${sizeOf(Buffer.byteLength(list))}${list}`;
    const payloads = this.#payloads;
    if (!(payloads instanceof PayloadRun)) return this.#writeList(head, payloads);
    const memory = takeMemory(sizeOfRun(head, payloads));
    this.#memory = memory;
    return writeRun(memory, head, payloads) ?? this.#writeList(head, [...payloads]);
  }

  /** Call it once it was sent; `isWritten` where its bytes are on their way, so that nobody needs their memory any more. */
  sent(isWritten: boolean): void {
    if (isWritten && this.#memory !== undefined) giveMemoryBack(this.#memory);
    this.#memory = undefined;
  }

  #writeList(head: string, payloads: readonly Payload[]): Buffer {
    const memory = takeMemory(asciiSizeOf(head, payloads) + spareBytes);
    this.#memory = memory;
    const size = writeAscii(memory, head, payloads);
    // Where a character is not ASCII, beside those of long args.
    return size === undefined ? writeAny(head, payloads) : memory.subarray(0, size);
  }
}

/** The most that Node leaves free where the next character does not fit: with so many to spare, what is not ASCII takes more
 * bytes than it has characters, also where it does not fit as a whole. */
const spareBytes = 4;

function asciiSizeOf(head: string, payloads: readonly Payload[]): number {
  let size = head.length + lineEnd.length;
  for (const payload of payloads) {
    const length = asciiSize(payload);
    size += sizeOf(length).length + length;
  }
  return size;
}

/** How many bytes it wrote; undefined where a character is not ASCII, beside those of long args. */
function writeAscii(bytes: Buffer, head: string, payloads: readonly Payload[]): number | undefined {
  let at = 0;
  let group = head;
  const write = (text: string): boolean => {
    const written = bytes.write(text, at);
    at += written;
    return written === text.length;
  };
  for (const payload of payloads) {
    group += sizeOf(asciiSize(payload));
    if (typeof payload === 'string') {
      group += payload;
      if (group.length < groupLength) continue;
      if (!write(group)) return undefined;
      group = '';
    } else {
      const { opening, args, argsSize, closing } = payload;
      if (!write(group + opening)) return undefined;
      // Of ASCII, the quickest way: as it lies in memory.
      at += bytes.write(args, at, args.length === argsSize ? 'latin1' : 'utf8');
      group = closing;
    }
  }
  return write(group + lineEnd) ? at : undefined;
}

/** Bytes of a payload where all but long args is ASCII. */
const asciiSize = (payload: Payload): number =>
  typeof payload === 'string' ? payload.length : payload.length - payload.args.length + payload.argsSize;

function writeAny(head: string, payloads: readonly Payload[]): Buffer {
  let text = head;
  for (const payload of payloads) {
    const whole = String(payload);
    text += sizeOf(Buffer.byteLength(whole)) + whole;
  }
  return Buffer.from(text + lineEnd);
}

const lineEnd = '\r\n';

/** What stands between an operand and the next one, of so many bytes: mostly as long as the one before. */
function sizeOf(bytes: number): string {
  if (bytes !== last.bytes) last = { bytes, text: `${lineEnd}$${bytes}${lineEnd}` };
  return last.text;
}

let last = { bytes: 0, text: '\r\n$0\r\n' };
