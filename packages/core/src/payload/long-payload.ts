/** The payload of a job on its way into its queue. */
export type Payload = string | LongPayload;

/** Args of so many characters are not put together with what stands around them. */
export const longArgs = 4_096;

/**
 * A long payload: its args, and what stands around them. As one text it would be copied by V8 when somebody first reads it;
 * and 64 kB of that for each job, some of them in flight, keep its garbage collection as busy as all the rest is.
 */
export class LongPayload {
  /** Characters. */
  readonly length: number;
  /** Bytes of the args as UTF-8. */
  readonly argsSize: number;

  constructor(
    readonly opening: string,
    readonly args: string,
    readonly closing: string,
  ) {
    this.length = opening.length + args.length + closing.length;
    this.argsSize = Buffer.byteLength(args);
  }

  toString(): string {
    return this.opening + this.args + this.closing;
  }
}

export const framed = (opening: string, args: string, closing: string): Payload =>
  args.length < longArgs ? opening + args + closing : new LongPayload(opening, args, closing);
