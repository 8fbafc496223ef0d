import type { LongClaimed } from '@reskue/core/protocol';
import type { AheadClaim } from './claim-ahead.js';

/** A claim made ahead by the way for long payloads: its text is made where somebody asks for it. */
export class LongClaim implements AheadClaim {
  epoch = 0;
  heldAt = 0;
  readonly queue: string;
  readonly number: number;
  readonly queueIndex: number;
  readonly bytes: Buffer;

  constructor({ queue, number, queueIndex, bytes }: LongClaimed) {
    this.queue = queue;
    this.number = number;
    this.queueIndex = queueIndex;
    this.bytes = bytes;
  }

  get payload(): string {
    return this.bytes.toString();
  }
}
