import { isUtf8 } from 'node:buffer';
import type { Connection } from '@reskue/core';
import {
  asReply,
  bucketMember,
  dueMember,
  duePage,
  dueSeconds,
  promote,
  runPromote,
  runPromoteAlike,
  runPromoteRun,
  runScript,
  type AlikeWish,
  type DueJob,
  type DuePageReply,
  type DueSecondsReply,
  type JobKind,
  type PromoteAlikeReply,
  type PromoteReply,
  type Promotion,
  type PromotionResult,
  type ScriptClient,
} from '@reskue/core/protocol';
import { Stopwatch } from '../waiting/stopwatch.js';
import { secondsAtOnce, type DelayedJobs, type PageRange } from './delayed-jobs.js';

/** Few, for they come with their payloads, and most are found by their lists. */
const timedAtOnce = 250;

/** Promotes by atomic scripts: whoever else works the same jobs, and whenever anybody dies. */
export class ScriptedDelayedJobs implements DelayedJobs {
  readonly #connection: Connection;
  #nowMs = 0;
  readonly #sinceNow = new Stopwatch();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async seconds(skip: number): Promise<DueSecondsReply> {
    const reply = await this.#connection.run(dueSeconds, this.#connection.keys, {
      skip,
      limit: secondsAtOnce,
      now: '',
    });
    this.#nowMs = reply.nowMs;
    this.#sinceNow.restart();
    return reply;
  }

  page(second: string, range: PageRange): Promise<DuePageReply> {
    return this.#connection.run(duePage, this.#pageKeys(second), pageArgs(second, range));
  }

  async strangeBytes(second: string, range: PageRange): Promise<Buffer[]> {
    const { client } = this.#connection;
    const bytesClient: ScriptClient = {
      evalsha: (...operands) => client.callBuffer('EVALSHA', operands),
      eval: (...operands) => client.callBuffer('EVAL', operands),
    };
    const page = { ...duePage, decode: decodeBytes };
    return runScript(bytesClient, page, this.#pageKeys(second), pageArgs(second, range));
  }

  async failBytes(second: string, payload: Buffer, failure: string): Promise<PromotionResult> {
    const { keys } = this.#connection;
    const { jobs } = await this.#connection.run(
      promote,
      { ...keys, bucket: keys.bucket(second), newQueue: keys.wake },
      { second, count: 1 },
      // No neighbour marks such a payload in `timestamps:`, so any key will do.
      {
        keys: [keys.timestamps(payload.toString()), keys.failed, keys.failed],
        args: ['fail', payload, failure, ''],
      },
    );
    return jobs[0] ?? 'broken';
  }

  async timed(second: string): Promise<string[]> {
    const { client, keys } = this.#connection;
    const members = await client.zrangebyscore(keys.due, '-inf', this.#nowMs, 'LIMIT', 0, timedAtOnce);
    const prefix = dueMember(second, '');
    return members.filter((member) => member.startsWith(prefix)).map((member) => member.slice(prefix.length));
  }

  async promote(second: string, promotions: readonly Promotion[]): Promise<PromoteReply> {
    const { client, keys } = this.#connection;
    // Digits: the promoter works no other seconds.
    const reply = await runPromote(client, keys, Number(second), promotions);
    await this.#removeStrangersMarkers(second, promotions);
    return reply;
  }

  async promoteHead(second: string, jobs: readonly DueJob[]): Promise<boolean> {
    const { client, keys } = this.#connection;
    const { status } = await runPromoteRun(client, keys, Number(second), jobs);
    if (status === 'moved') await this.#removeStrangersMarkers(second, jobs);
    return status === 'moved';
  }

  promoteAlike(second: string, kinds: readonly JobKind[], wish: AlikeWish): Promise<PromoteAlikeReply> {
    const { client, keys } = this.#connection;
    return runPromoteAlike(client, keys, Number(second), kinds, wish);
  }

  /** A stranger whose payloads have members beside the args marks them under their whole text, and not as we do. */
  async #removeStrangersMarkers(second: string, jobs: readonly { payload: string }[]): Promise<void> {
    const { client, keys } = this.#connection;
    // Plain payloads end in their args.
    const markers = jobs
      .filter(
        ({ payload }) =>
          !payload.endsWith(']}') && keys.timestamps(payload) !== keys.wholeTimestamps(payload),
      )
      .map(({ payload }) => client.srem(keys.wholeTimestamps(payload), bucketMember(Number(second))));
    await Promise.all(markers);
  }

  now(): number {
    return this.#nowMs + this.#sinceNow.ms;
  }

  #pageKeys(second: string): { bucket: string; due: string } {
    const { keys } = this.#connection;
    return { bucket: keys.bucket(second), due: keys.due };
  }
}

const pageArgs = (second: string, { first, count }: PageRange) => ({
  second,
  first,
  last: first + count - 1,
  now: '',
});

const decodeBytes = (reply: unknown): Buffer[] => {
  const [, , ...payloads] = asReply(reply);
  return payloads.filter((payload): payload is Buffer => Buffer.isBuffer(payload) && !isUtf8(payload));
};
