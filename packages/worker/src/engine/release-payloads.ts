import { LongClaimed } from '@reskue/core/protocol';
import type { AheadRequest } from './claim-ahead.js';

/** These are settled, and told. */
export function releasePayloads(done: AheadRequest['done']): void {
  for (const { claims } of done)
    for (const claim of claims) if (claim instanceof LongClaimed) claim.release();
}
