import type { Connection } from '@reskue/core';
import {
  bucketMember,
  type DuePageReply,
  type DueSecondsReply,
  type PromoteAlikeReply,
  type PromoteReply,
  type Promotion,
  type PromotionResult,
} from '@reskue/core/protocol';
import { secondsAtOnce, type DelayedJobs, type PageRange } from './delayed-jobs.js';

/**
 * The same in plain commands, for the in-memory clients of ioredis-mock, which cannot run our scripts: for tests of an
 * application, in one process. Exact times are not kept there, so a second is due when node-resque thinks so: half a second
 * before it begins.
 */
export class PlainDelayedJobs implements DelayedJobs {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async seconds(skip: number): Promise<DueSecondsReply> {
    const { client, keys } = this.#connection;
    const nowMs = Date.now();
    const now = Math.round(nowMs / 1_000);
    const begun = await client.zrangebyscore(keys.schedule, '-inf', now, 'LIMIT', skip, secondsAtOnce);
    const [next] = await client.zrangebyscore(keys.schedule, `(${now}`, '+inf', 'LIMIT', 0, 1);
    return {
      status: 'seconds',
      nowMs,
      nextMs: next === undefined ? null : Number(next) * 1_000 - 500,
      begun,
      timed: [],
    };
  }

  async page(second: string, { first, count }: PageRange): Promise<DuePageReply> {
    const { client, keys } = this.#connection;
    const payloads = await client.lrange(keys.bucket(second), first, first + count - 1);
    return { status: 'page', read: payloads.length, payloads };
  }

  async promote(second: string, promotions: readonly Promotion[]): Promise<PromoteReply> {
    const { client, keys } = this.#connection;
    const jobs: PromotionResult[] = [];
    for (const promotion of promotions) jobs.push(await this.#move(second, promotion));
    const left = await client.llen(keys.bucket(second));
    if (left === 0) await client.zrem(keys.schedule, second);
    return { status: 'promoted', left, jobs };
  }

  async promoteHead(): Promise<boolean> {
    return false;
  }

  async promoteAlike(): Promise<PromoteAlikeReply> {
    return { status: 'moved', moved: 0, left: 0, bytes: 0, payloads: [] };
  }

  now(): number {
    return Date.now();
  }

  async timed(): Promise<string[]> {
    return [];
  }

  async strangeBytes(): Promise<Buffer[]> {
    return [];
  }

  async failBytes(): Promise<PromotionResult> {
    return 'broken';
  }

  async #move(second: string, promotion: Promotion): Promise<PromotionResult> {
    const { client, keys } = this.#connection;
    const { payload } = promotion;
    if ((await client.lrem(keys.bucket(second), 1, payload)) === 0) return 'gone';
    await client.srem(keys.timestamps(payload), bucketMember(second));
    if (promotion.action === 'queue') {
      await client.sadd(keys.queues, promotion.queue);
      await client.rpush(keys.queue(promotion.queue), payload);
    } else if (promotion.action === 'later') {
      await client.rpush(keys.bucket(promotion.second), payload);
      await client.sadd(keys.timestamps(payload), bucketMember(promotion.second));
      await client.zadd(keys.schedule, promotion.second, promotion.second);
    } else {
      await client.rpush(keys.failed, promotion.failure);
      await client.incr(keys.failures);
    }
    return 'moved';
  }
}
