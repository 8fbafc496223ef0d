const nothing = Buffer.alloc(0);

/** A claim made ahead whose payload Lua has not seen: its text is made where somebody asks for it. */
export class LongClaimed {
  constructor(
    readonly queue: string,
    readonly number: number,
    /** Of the queue, in the call. */
    readonly queueIndex: number,
    /** The payload. */
    public bytes: Buffer,
  ) {}

  get payload(): string {
    return this.bytes.toString();
  }

  /** Nobody needs its payload any more. V8 may keep such objects for long after their end, with all that they still hold. */
  release(): void {
    this.bytes = nothing;
  }
}
