import type { Keys } from '../keys/keys.js';
import type { JobKind } from '../payload/job-kind.js';
import { asReply, defineScript, type ScriptArgument } from './define-script.js';
import { runScript, type ScriptClient } from './run-script.js';
import source from './promote-alike.lua';

export interface PromoteAlikeReply {
  status: 'moved';
  moved: number;
  /** Payloads that stay in the bucket. */
  left: number;
  /** Of the payloads that were moved. */
  bytes: number;
  /** These, where they were asked for. */
  payloads: string[];
}

/** Called through {@link runPromoteAlike}. */
export const promoteAlike = defineScript({
  name: 'promoteAlike',
  source,
  keys: ['schedule', 'due', 'bucket', 'queues', 'newQueue', 'timestamps'],
  args: ['second', 'most', 'tells', 'now'],
  decode(reply): PromoteAlikeReply {
    const [, moved, left, bytes, ...payloads] = asReply(reply);
    return {
      status: 'moved',
      moved: Number(moved),
      left: Number(left),
      bytes: Number(bytes),
      payloads: payloads.map(String),
    };
  },
});

/** How much of a second is moved by one call, and what of it is wanted to be heard. */
export interface AlikeWish {
  /** At most 1,000. */
  most: number;
  tells: boolean;
  /** Epoch ms; Redis's clock where it is not given. */
  now?: number;
}

/**
 * Moves due payloads of these kinds that a second's list begins with to their queues, without a look at them here. Stops at
 * the first one of another kind, or that is not due, or that a neighbour delayed.
 */
export function runPromoteAlike(
  redis: ScriptClient,
  keys: Keys,
  second: number,
  kinds: readonly JobKind[],
  { most, tells, now }: AlikeWish,
): Promise<PromoteAlikeReply> {
  const restKeys: string[] = [];
  const restArgs: ScriptArgument[] = [];
  for (const { opening, closing, queue } of kinds) {
    restKeys.push(keys.queue(queue), keys.wakeQueue(queue));
    restArgs.push(opening, closing, queue);
  }
  return runScript(
    redis,
    promoteAlike,
    { ...keys, bucket: keys.bucket(second), newQueue: keys.wake, timestamps: keys.timestamps('') },
    { second, most, tells: tells ? 1 : 0, now: now ?? '' },
    { keys: restKeys, args: restArgs },
  );
}
