import type { Keys } from '../keys/keys.js';
import { asReply, defineScript, type ScriptArgument } from './define-script.js';
import { runScript, type ScriptClient } from './run-script.js';
import source from './promote.lua';

/** What is to become of one due payload of a bucket. */
export type Promotion =
  | { action: 'queue'; payload: string; queue: string }
  | { action: 'fail'; payload: string; failure: string }
  | { action: 'later'; payload: string; second: number; dueMs: number };

export type PromotionResult = 'moved' | 'gone' | 'broken';
export interface PromoteReply {
  status: 'promoted';
  /** Payloads that stay in the bucket. */
  left: number;
  /** Per job; `gone` when somebody else moved it first, `broken` when the target key is no list. */
  jobs: PromotionResult[];
}

/** Called through {@link runPromote}. */
export const promote = defineScript({
  name: 'promote',
  source,
  keys: ['schedule', 'due', 'bucket', 'queues', 'newQueue', 'failed', 'failures'],
  args: ['second', 'count'],
  decode(reply): PromoteReply {
    const [, left, ...jobs] = asReply(reply);
    return { status: 'promoted', left: Number(left), jobs: jobs.map(asResult) };
  },
});

/** Moves due payloads of one second in one step; at most 1,000 a call. An empty list cleans up an empty bucket. */
export function runPromote(
  redis: ScriptClient,
  keys: Keys,
  second: number,
  promotions: readonly Promotion[],
): Promise<PromoteReply> {
  const restKeys: string[] = [];
  const restArgs: ScriptArgument[] = [];
  for (const promotion of promotions) {
    const { action, payload } = promotion;
    restKeys.push(keys.timestamps(payload), ...targetKeys(keys, promotion));
    restArgs.push(action, payload, ...targetArgs(promotion));
  }
  return runScript(
    redis,
    promote,
    { ...keys, bucket: keys.bucket(second), newQueue: keys.wake },
    { second, count: promotions.length },
    { keys: restKeys, args: restArgs },
  );
}

function targetKeys(keys: Keys, promotion: Promotion): [string, string] {
  if (promotion.action === 'queue') return [keys.queue(promotion.queue), keys.wakeQueue(promotion.queue)];
  if (promotion.action === 'later')
    return [keys.bucket(promotion.second), keys.timestamps(promotion.payload)];
  return [keys.failed, keys.failed];
}

function targetArgs(promotion: Promotion): [ScriptArgument, ScriptArgument] {
  if (promotion.action === 'queue') return [promotion.queue, ''];
  if (promotion.action === 'later') return [promotion.second, promotion.dueMs];
  return [promotion.failure, ''];
}

const asResult = (word: unknown): PromotionResult => (word === 'moved' || word === 'broken' ? word : 'gone');
