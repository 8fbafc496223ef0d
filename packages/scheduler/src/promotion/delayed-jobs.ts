import type {
  AlikeWish,
  DueJob,
  DuePageReply,
  DueSecondsReply,
  JobKind,
  PromoteAlikeReply,
  PromoteReply,
  Promotion,
  PromotionResult,
} from '@reskue/core/protocol';

/** What is asked for at once does not grow with what is delayed. */
export const secondsAtOnce = 100;

/** A part of a second's list. */
export interface PageRange {
  first: number;
  count: number;
}

/** Redis's delayed jobs, as a promoter works with them. */
export interface DelayedJobs {
  seconds(skip: number): Promise<DueSecondsReply>;
  /** What is due among a page of a second's list, in its order. */
  page(second: string, range: PageRange): Promise<DuePageReply>;
  /** What is due in a second by its exact time, in the order of time; for jobs that hide behind a page of later ones. */
  timed(second: string): Promise<string[]>;
  promote(second: string, promotions: readonly Promotion[]): Promise<PromoteReply>;
  /** Moves the payloads that a second's list begins with to their queues, all in one step; false when it did none of it. */
  promoteHead(second: string, jobs: readonly DueJob[]): Promise<boolean>;
  /** Moves due jobs of these kinds that a second's list begins with to their queues; it may be none of them. */
  promoteAlike(second: string, kinds: readonly JobKind[], wish: AlikeWish): Promise<PromoteAlikeReply>;
  /** Those due payloads of a page that are no UTF-8 text, as bytes. */
  strangeBytes(second: string, range: PageRange): Promise<Buffer[]>;
  failBytes(second: string, payload: Buffer, failure: string): Promise<PromotionResult>;
  /** Redis's clock, epoch ms, as of the last look. */
  now(): number;
}
