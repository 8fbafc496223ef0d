import { encodeFailure, ReskueError } from '@reskue/core/protocol';
import type { PromotionContext } from './batch.js';
import type { PageRange } from './delayed-jobs.js';

/**
 * Moves the due payloads of a page that are no UTF-8 to `failed`. Read as text they differ from what is in Redis, so that
 * nothing could ever find and move them; here they are handled as bytes. `none`: all of it is text after all.
 */
export async function failStrangeBytes(
  { delayed, dialect, name, emit }: PromotionContext,
  second: string,
  range: PageRange,
): Promise<'none' | 'failed' | 'stuck'> {
  const strange = await delayed.strangeBytes(second, range);
  for (const bytes of strange) {
    const error = new ReskueError(
      'RESKUE_PAYLOAD_INVALID',
      `Delayed job moved to failed: payload is not UTF-8; its bytes in base64: ${bytes.toString('base64')}`,
    );
    const failure = encodeFailure(dialect, {
      worker: name,
      queue: '',
      rawPayload: bytes.toString(),
      error,
      failedAt: Date.now(),
    });
    if ((await delayed.failBytes(second, bytes, failure)) === 'broken') return 'stuck';
    emit('error', error);
  }
  return strange.length > 0 ? 'failed' : 'none';
}
